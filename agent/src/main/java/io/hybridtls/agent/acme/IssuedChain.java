package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.InvalidCertificateException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether what the CA served is what was ordered: CAs err, and a proxy may serve a stale answer.
 */
final class IssuedChain {

  /** How far the CA's clock and ours may differ. */
  static final Duration SKEW = Duration.ofMinutes(5);

  private IssuedChain() {}

  static HeldCertificate check(
      CertificateSpec spec, KeyPair keys, List<X509Certificate> chain, Instant now)
      throws IssuanceException {
    HeldCertificate held = proved(keys, chain);
    Set<String> missing = new TreeSet<>(spec.identifiers());
    missing.removeAll(identifiers(held));
    if (!missing.isEmpty()) {
      throw unusable("it lacks the names " + missing);
    }
    if (held.notBefore().isAfter(now.plus(SKEW)) || !held.notAfter().isAfter(now)) {
      throw unusable(
          "it is valid from "
              + held.notBefore()
              + " to "
              + held.notAfter()
              + ", and the clock of this machine says "
              + now);
    }
    return held;
  }

  /** The names and addresses that {@code held} is for, as text. */
  static Set<String> identifiers(HeldCertificate held) {
    Set<String> all = new TreeSet<>();
    held.names().forEach(name -> all.add(name.value()));
    held.addresses().forEach(address -> all.add(address.value()));
    return all;
  }

  private static HeldCertificate proved(KeyPair keys, List<X509Certificate> chain)
      throws IssuanceException {
    try {
      return HeldCertificate.of(keys.getPrivate(), chain);
    } catch (InvalidCertificateException e) {
      throw new IssuanceException(new Rejected(words(String.valueOf(e.getMessage()))), e);
    }
  }

  private static IssuanceException unusable(String reason) {
    return new IssuanceException(new Rejected(words(reason)));
  }

  private static String words(String reason) {
    return "the certificate that it served cannot be used: " + reason;
  }
}
