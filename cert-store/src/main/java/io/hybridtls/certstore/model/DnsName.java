package io.hybridtls.certstore.model;

import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host or domain name in the form certificates and DNS carry: A-labels, lower case, no trailing
 * dot (RFC 1123, section 2.1; RFC 5890). The leftmost label may be {@code *} (RFC 9525, section
 * 6.3).
 */
public record DnsName(String value) implements Comparable<DnsName> {

  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;

  /**
   * Checks a name that is already in canonical form; use {@link #of} for text that people write.
   *
   * @throws IllegalArgumentException when {@code value} is not a canonical DNS name
   */
  public DnsName {
    String problem = problemOf(value);
    if (problem != null) {
      throw new IllegalArgumentException("\"" + value + "\" is not a DNS name: " + problem);
    }
  }

  /**
   * Reads a name as people write it: any case, U-labels, one trailing dot.
   *
   * @throws IllegalArgumentException when {@code text} is not a DNS name; the message says why
   */
  public static DnsName of(String text) {
    String trimmed = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    boolean wildcard = trimmed.startsWith("*.");
    String bare = wildcard ? trimmed.substring(2) : trimmed;
    String ascii;
    try {
      ascii = IDN.toASCII(bare, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a DNS name: " + e.getMessage(), e);
    }
    return new DnsName(wildcard ? "*." + ascii : ascii);
  }

  /** Whether the leftmost label is {@code *}. */
  public boolean isWildcard() {
    return value.startsWith("*.");
  }

  /** The name without its leading {@code *.}, or the name itself. */
  public DnsName withoutWildcard() {
    return isWildcard() ? new DnsName(value.substring(2)) : this;
  }

  /** Whether this name is {@code domain} or lies under it, at any depth. */
  public boolean isWithin(DnsName domain) {
    return value.equals(domain.value) || value.endsWith("." + domain.value);
  }

  @Override
  public int compareTo(DnsName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static @Nullable String problemOf(String value) {
    if (value.isEmpty() || value.length() > MAX_NAME) {
      return "a name has 1 to " + MAX_NAME + " characters";
    }
    String bare = value.startsWith("*.") ? value.substring(2) : value;
    for (String label : bare.split("\\.", -1)) {
      if (label.isEmpty() || label.length() > MAX_LABEL) {
        return "each label has 1 to " + MAX_LABEL + " characters";
      }
      if (label.startsWith("-") || label.endsWith("-")) {
        return "label \"" + label + "\" begins or ends with a hyphen";
      }
      if (!label.chars().allMatch(DnsName::isLabelCharacter)) {
        return "label \"" + label + "\" has a character other than a-z, 0-9, - and _";
      }
    }
    return null;
  }

  private static boolean isLabelCharacter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }
}
