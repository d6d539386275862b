package io.hybridtls.smtp.outbound;

/**
 * A host to try.
 *
 * @param host a DNS name or an IP address, without brackets
 * @param port 1 to 65535
 */
public record NextHop(String host, int port) {

  static NextHop of(SmartHost host) {
    return new NextHop(host.host(), host.port());
  }

  /** The host on port 25. */
  public static NextHop smtp(String host) {
    return new NextHop(host, SmartHost.SMTP_PORT);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
