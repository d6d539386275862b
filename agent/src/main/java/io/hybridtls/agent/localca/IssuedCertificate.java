package io.hybridtls.agent.localca;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a private CA remembers of a certificate that it signed.
 *
 * @param authority the number of the issuing CA
 * @param purpose whom it was signed for, such as {@code certificate mail} or {@code peer device42}
 * @param names DNS names and addresses
 */
record IssuedCertificate(
    BigInteger serial,
    long authority,
    String purpose,
    List<String> names,
    Instant issuedAt,
    Instant notAfter,
    Optional<Revocation> revocation) {

  IssuedCertificate {
    names = List.copyOf(names);
  }

  /** That it is valid no more, although it has not expired. */
  record Revocation(Instant at, RevocationReason reason) {}

  IssuedCertificate revoked(Instant at, RevocationReason reason) {
    return new IssuedCertificate(
        serial,
        authority,
        purpose,
        names,
        issuedAt,
        notAfter,
        Optional.of(new Revocation(at, reason)));
  }
}
