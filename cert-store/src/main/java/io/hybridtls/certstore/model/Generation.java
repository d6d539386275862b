package io.hybridtls.certstore.model;

import java.time.Instant;

/**
 * One stored issue of a certificate. Generations of an id are numbered from 1 upward and never
 * change.
 *
 * @param issuer the configured issuer's name, or {@code imported}
 * @param reason why it was issued, in the words that the operator was shown
 */
public record Generation(
    CertificateId id,
    long number,
    Instant storedAt,
    String issuer,
    String reason,
    HeldCertificate certificate) {

  public Generation {
    if (number < 1) {
      throw new IllegalArgumentException("generations are numbered from 1, not " + number);
    }
  }

  /** The id and number, as in {@code mail/3}. */
  public String label() {
    return id + "/" + number;
  }
}
