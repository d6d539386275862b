package io.hybridtls.smtp.protocol;

import io.hybridtls.certstore.model.DnsName;
import java.util.Optional;

/**
 * A mailbox (RFC 5321, section 4.1.2): a local part, kept as it was written, and a domain or an
 * address literal. Addresses are equal when their local parts are equal to the letter (section 2.4)
 * and their domains are.
 *
 * @param localPart as on the wire, with its quotes if it had any
 * @param domain canonical domain name, or an address literal with its brackets
 */
public record EmailAddress(String localPart, String domain) {

  /** RFC 5321, section 4.5.3.1.1. */
  private static final int MAX_LOCAL_PART = 64;

  /**
   * Checks an address whose domain is already canonical; use {@link #of} for text.
   *
   * @throws IllegalArgumentException when the two are not the parts of a mailbox
   */
  public EmailAddress {
    if (!isDotString(localPart) && !isQuotedString(localPart)) {
      throw notAnAddress(localPart + "@" + domain, "its local part breaks the syntax");
    }
    if (localPart.length() > MAX_LOCAL_PART) {
      throw notAnAddress(
          localPart + "@" + domain, "a local part has at most " + MAX_LOCAL_PART + " characters");
    }
    if (!requireDomain(domain).equals(domain)) {
      throw notAnAddress(localPart + "@" + domain, "its domain is not in canonical form");
    }
  }

  /**
   * Reads {@code local@domain}.
   *
   * @throws IllegalArgumentException when it is not a mailbox; the message says why
   */
  public static EmailAddress of(String text) {
    int at = text.lastIndexOf('@');
    if (at < 1) {
      throw notAnAddress(text, "use local@domain");
    }
    return new EmailAddress(text.substring(0, at), requireDomain(text.substring(at + 1)));
  }

  /** The domain, unless it is an address literal. */
  public Optional<DnsName> domainName() {
    return domain.startsWith("[") ? Optional.empty() : Optional.of(DnsName.of(domain));
  }

  /** As on the wire, without angle brackets. */
  @Override
  public String toString() {
    return localPart + "@" + domain;
  }

  /**
   * The canonical form of what may stand behind the at sign.
   *
   * @throws IllegalArgumentException when {@code text} is neither a domain nor an address literal
   */
  static String requireDomain(String text) {
    if (text.startsWith("[")) {
      return AddressLiteral.require(text);
    }
    DnsName name = DnsName.of(text);
    if (name.isWildcard()) {
      throw new IllegalArgumentException("\"" + text + "\" is a pattern, not a domain");
    }
    return name.value();
  }

  /** {@code Dot-string}: atoms with single dots between them. */
  private static boolean isDotString(String text) {
    return !text.isEmpty()
        && !text.startsWith(".")
        && !text.endsWith(".")
        && !text.contains("..")
        && text.chars().allMatch(c -> c == '.' || Ascii.isAtomText(c));
  }

  /** {@code Quoted-string}: printable ASCII, quotes and backslashes behind a backslash. */
  private static boolean isQuotedString(String text) {
    if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
      return false;
    }
    int last = text.length() - 1;
    for (int i = 1; i < last; i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        return false;
      }
      if (i == last || !Ascii.isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException notAnAddress(String text, String problem) {
    return new IllegalArgumentException("\"" + text + "\" is not an address: " + problem);
  }
}
