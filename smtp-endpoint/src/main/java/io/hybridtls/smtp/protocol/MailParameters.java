package io.hybridtls.smtp.protocol;

import java.util.OptionalLong;

/**
 * What a client says about its message in MAIL.
 *
 * @param declaredSize octets (RFC 1870, section 5); a number too large for a {@code long} is given
 *     as {@link Long#MAX_VALUE}
 */
public record MailParameters(OptionalLong declaredSize, BodyEncoding body) {

  /** A MAIL command without parameters. */
  public static MailParameters none() {
    return new MailParameters(OptionalLong.empty(), BodyEncoding.SEVEN_BIT);
  }
}
