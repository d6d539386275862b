package io.hybridtls.certstore.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address that a certificate can be for (RFC 5280, section 4.2.1.6; RFC 8738). No name is ever
 * looked up.
 *
 * @param value in the canonical text form: four decimal numbers, or RFC 5952
 */
public record IpAddress(String value) implements Comparable<IpAddress> {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Two groups of zeros or more (RFC 5952, section 4.2). */
  private static final Pattern ZEROS = Pattern.compile("(?:(?:^|:)0\\b){2,}:?");

  /**
   * Checks an address that is already in canonical form; use {@link #of(String)} for text that
   * people write.
   *
   * @throws IllegalArgumentException when {@code value} is not canonical
   */
  public IpAddress {
    if (!value.equals(canonical(parse(value)))) {
      throw new IllegalArgumentException(
          "\"" + value + "\" is not in canonical form: " + canonical(parse(value)));
    }
  }

  /**
   * Reads an address as people write it.
   *
   * @throws IllegalArgumentException when {@code text} is not an IPv4 or IPv6 address
   */
  public static IpAddress of(String text) {
    return of(parse(text));
  }

  public static IpAddress of(InetAddress address) {
    return new IpAddress(canonical(address));
  }

  /** Whether {@code text} has the form of an address, so that it is certainly no DNS name. */
  public static boolean looksLikeOne(String text) {
    return IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
  }

  public InetAddress toInetAddress() {
    return parse(value);
  }

  @Override
  public int compareTo(IpAddress other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static InetAddress parse(String text) {
    if (looksLikeOne(text)) {
      try {
        return InetAddress.getByName(text);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
  }

  private static String canonical(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    return bare.indexOf(':') < 0 ? bare : ZEROS.matcher(bare).replaceFirst("::");
  }
}
