package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Instant;
import java.util.List;

/** Certificates that somebody brought for {@code spec}, one for each kind of key. */
record Brought(CertificateSpec spec, List<HeldCertificate> certificates, String reason) {

  Brought {
    certificates = List.copyOf(certificates);
  }

  /** Whether {@code generation} is these very certificates, from the issuer that is configured. */
  boolean isIn(Generation generation) {
    return generation.issuer().equals(spec.issuer())
        && chains(generation.certificates()).equals(chains(certificates));
  }

  /** As it would be stored, for the gate to look at before anything is. */
  Generation candidate(long number, Instant now) {
    return new Generation(spec.id(), number, now, spec.issuer(), reason, certificates);
  }

  private static List<?> chains(List<HeldCertificate> certificates) {
    return certificates.stream().map(HeldCertificate::chain).toList();
  }
}
