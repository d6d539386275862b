package io.hybridtls.certstore.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * One stored issue of a certificate. Generations of an id are numbered from 1 upward and never
 * change.
 *
 * @param issuer the configured issuer's name, or {@code imported}
 * @param reason why it was issued, in the words that the operator was shown
 * @param certificates one for each kind of key, at least one; the first is for peers that take any
 */
public record Generation(
    CertificateId id,
    long number,
    Instant storedAt,
    String issuer,
    String reason,
    List<HeldCertificate> certificates) {

  public Generation {
    certificates = List.copyOf(certificates);
    if (number < 1) {
      throw new IllegalArgumentException("generations are numbered from 1, not " + number);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("generation " + id + "/" + number + " has no certificate");
    }
  }

  /** A generation with one kind of key. */
  public Generation(
      CertificateId id,
      long number,
      Instant storedAt,
      String issuer,
      String reason,
      HeldCertificate certificate) {
    this(id, number, storedAt, issuer, reason, List.of(certificate));
  }

  /** The first of the certificates. */
  public HeldCertificate certificate() {
    return certificates.get(0);
  }

  /** The one that ends first, and with it what peers of its kind of key are shown. */
  public HeldCertificate endingFirst() {
    return Collections.min(certificates, Comparator.comparing(HeldCertificate::notAfter));
  }

  /** The id and number, as in {@code mail/3}. */
  public String label() {
    return id + "/" + number;
  }
}
