package io.hybridtls.agent.tlsalpn;

import io.hybridtls.certstore.model.IpAddress;

/** The server name that a CA asks for in the handshake of tls-alpn-01. */
public final class ServerNames {

  private static final int OCTET = 0xFF;
  private static final int NIBBLE = 0xF;
  private static final int HALF = 4;

  private ServerNames() {}

  /**
   * A name as it is; an address, which a handshake cannot ask for, by its name in the reverse tree
   * of the DNS (RFC 8738, section 6; RFC 1035, section 3.5; RFC 3596, section 2.5).
   */
  public static String askedFor(String host) {
    return IpAddress.looksLikeOne(host)
        ? reversed(IpAddress.of(host).toInetAddress().getAddress())
        : host;
  }

  private static String reversed(byte[] address) {
    StringBuilder name = new StringBuilder();
    for (int i = address.length - 1; i >= 0; i--) {
      int octet = address[i] & OCTET;
      if (address.length == Integer.BYTES) {
        name.append(octet).append('.');
      } else {
        name.append(Integer.toHexString(octet & NIBBLE)).append('.');
        name.append(Integer.toHexString(octet >> HALF)).append('.');
      }
    }
    return name.append(address.length == Integer.BYTES ? "in-addr.arpa" : "ip6.arpa").toString();
  }
}
