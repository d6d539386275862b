package io.hybridtls.smtp.inbound;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of IP addresses in CIDR notation (RFC 4632, RFC 4291); a single address is a block of
 * one. An IPv4-mapped IPv6 address matches as the IPv4 address it stands for.
 */
public record AddressRange(InetAddress network, int prefixLength) {

  public AddressRange {
    int bits = network.getAddress().length * Byte.SIZE;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "prefix length " + prefixLength + " is not between 0 and " + bits);
    }
    byte[] address = network.getAddress();
    for (int bit = prefixLength; bit < bits; bit++) {
      if ((address[bit / Byte.SIZE] & (0x80 >>> (bit % Byte.SIZE))) != 0) {
        throw new IllegalArgumentException(
            network.getHostAddress()
                + "/"
                + prefixLength
                + " has bits set beyond its prefix; write the first address of the block");
      }
    }
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code 192.0.2.7} or {@code 2001:db8::/32}. Names are not resolved.
   *
   * @throws IllegalArgumentException when {@code text} is none of these
   */
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!NetUtil.isValidIpV4Address(address) && !NetUtil.isValidIpV6Address(address)) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address or CIDR block");
    }
    try {
      InetAddress network = InetAddress.getByName(address);
      int bits = network.getAddress().length * Byte.SIZE;
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      return new AddressRange(network, prefix);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address or CIDR block", e);
    }
  }

  public boolean contains(InetAddress candidate) {
    byte[] own = network.getAddress();
    byte[] other = candidate.getAddress();
    if (own.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >>> (bit % Byte.SIZE);
      if (((own[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }
}
