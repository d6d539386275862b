package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.Authority.Kind;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a private CA remembers of a certificate that it signed.
 *
 * @param signer what has signed it: an issuing CA, as a rule; a root, if it is an issuing CA itself
 * @param authority the number of the signer among those of its kind
 * @param purpose whom it was signed for, such as {@code certificate mail} or {@code peer device42}
 * @param names DNS names and addresses
 */
record IssuedCertificate(
    BigInteger serial,
    Kind signer,
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

  boolean isSignedBy(Kind kind, long number) {
    return signer == kind && authority == number;
  }

  IssuedCertificate revoked(Instant at, RevocationReason reason) {
    return new IssuedCertificate(
        serial,
        signer,
        authority,
        purpose,
        names,
        issuedAt,
        notAfter,
        Optional.of(new Revocation(at, reason)));
  }
}
