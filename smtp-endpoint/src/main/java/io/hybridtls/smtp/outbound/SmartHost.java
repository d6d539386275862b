package io.hybridtls.smtp.outbound;

/**
 * A fixed next hop.
 *
 * @param host a DNS name or an IP address, without brackets
 * @param port 1 to 65535; 25 unless configured
 */
public record SmartHost(String host, int port) {

  public static final int SMTP_PORT = 25;

  public SmartHost {
    if (host.isBlank()) {
      throw new IllegalArgumentException("a smart host needs a name or an address");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /** Reads {@code host}, {@code host:port}, {@code [2001:db8::1]} or {@code [2001:db8::1]:port}. */
  public static SmartHost of(String text) {
    int close = text.indexOf(']');
    boolean bracketed = text.startsWith("[") && close > 0;
    int colon = text.indexOf(':', bracketed ? close : 0);
    String host = colon < 0 ? text : text.substring(0, colon);
    try {
      int port = colon < 0 ? SMTP_PORT : Integer.parseInt(text.substring(colon + 1));
      return new SmartHost(bracketed ? text.substring(1, close) : host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a smart host: use host, host:port or [ipv6]:port", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
