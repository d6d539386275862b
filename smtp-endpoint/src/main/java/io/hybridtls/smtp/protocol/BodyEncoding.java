package io.hybridtls.smtp.protocol;

import java.util.Optional;

/** The BODY parameter of MAIL (RFC 6152, section 2). */
public enum BodyEncoding {
  /** Octets up to 127 only; what a message without the parameter is taken to be. */
  SEVEN_BIT("7BIT"),
  /** Any octets, in lines. */
  EIGHT_BIT_MIME("8BITMIME");

  private final String keyword;

  BodyEncoding(String keyword) {
    this.keyword = keyword;
  }

  /** The parameter's value on the wire. */
  public String keyword() {
    return keyword;
  }

  /** The encoding of that name, in any case; empty for one that is not offered. */
  static Optional<BodyEncoding> of(String keyword) {
    for (BodyEncoding encoding : values()) {
      if (encoding.keyword.equalsIgnoreCase(keyword)) {
        return Optional.of(encoding);
      }
    }
    return Optional.empty();
  }
}
