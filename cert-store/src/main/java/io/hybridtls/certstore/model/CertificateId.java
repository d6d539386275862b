package io.hybridtls.certstore.model;

import java.util.regex.Pattern;

/**
 * The name an administrator gives a certificate in the configuration; also its folder in the store,
 * so it is restricted to lower-case letters, digits, {@code -}, {@code _} and {@code .}, and begins
 * with a letter or digit.
 */
public record CertificateId(String value) implements Comparable<CertificateId> {

  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  /**
   * @throws IllegalArgumentException when {@code value} is not of the shape above
   */
  public CertificateId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "\""
              + value
              + "\" is not a certificate id: use 1 to 64 of a-z, 0-9, '-', '_' and '.', beginning"
              + " with a letter or digit");
    }
  }

  public static CertificateId of(String value) {
    return new CertificateId(value);
  }

  /** Whether {@code value} is of the shape above. */
  public static boolean isValid(String value) {
    return SHAPE.matcher(value).matches();
  }

  @Override
  public int compareTo(CertificateId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
