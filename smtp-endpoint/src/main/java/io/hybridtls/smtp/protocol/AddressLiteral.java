package io.hybridtls.smtp.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IP address in brackets where a domain could stand (RFC 5321, section 4.1.3): {@code
 * [192.0.2.1]} or {@code [IPv6:2001:db8::1]}. No other kind of literal was ever registered.
 */
public final class AddressLiteral {

  private static final String IPV6_TAG = "IPv6:";
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6_ALPHABET = Pattern.compile("(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*");

  private AddressLiteral() {}

  /** The literal for {@code address}; a scope is left out. */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return "[" + address.getHostAddress() + "]";
    }
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return "[" + IPV6_TAG + (scope < 0 ? text : text.substring(0, scope)) + "]";
  }

  /**
   * Returns {@code text} as it is.
   *
   * @throws IllegalArgumentException when it is not an address literal
   */
  static String require(String text) {
    if (!text.startsWith("[") || !text.endsWith("]") || !isAddress(text)) {
      throw new IllegalArgumentException("\"" + text + "\" is not an address literal");
    }
    return text;
  }

  private static boolean isAddress(String text) {
    String inner = text.substring(1, text.length() - 1);
    return inner.regionMatches(true, 0, IPV6_TAG, 0, IPV6_TAG.length())
        ? isIpv6(inner.substring(IPV6_TAG.length()))
        : IPV4.matcher(inner).matches();
  }

  private static boolean isIpv6(String text) {
    if (!IPV6_ALPHABET.matcher(text).matches()) {
      return false;
    }
    try {
      // Text of this alphabet, with a colon in it, is read as an address and never looked up.
      InetAddress.getByName(text);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
