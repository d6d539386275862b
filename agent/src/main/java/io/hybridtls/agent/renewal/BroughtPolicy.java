package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalDecision.Awaited;
import io.hybridtls.agent.inventory.RenewalDecision.Due;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;

/**
 * When a certificate that somebody else makes is taken, and when that somebody is reminded. Pure:
 * the same inputs give the same answer.
 */
final class BroughtPolicy {

  /** With one part in this many of the lifetime left, somebody is reminded. */
  private static final int REMINDER_PART = 4;

  /** And with one part in this many left, it is urgent. */
  private static final int EMERGENCY_PART = 10;

  private BroughtPolicy() {}

  /**
   * Decides whether what {@code supply} has is taken now.
   *
   * <p>The first rule that applies wins: something newer is there; what is there cannot be used;
   * nothing held; held from another issuer; less than a quarter of the lifetime left. Names and
   * kinds of key are whatever was brought: the activation gate looks at those.
   */
  static RenewalDecision decide(
      CertificateSpec spec, Optional<Generation> held, Supply supply, Instant now) {
    if (supply instanceof Supply.Ready ready) {
      return new Due(ready.reason());
    }
    if (supply instanceof Supply.Broken broken) {
      return new Awaited(broken.problem(), held.isEmpty() || isUrgent(held.get(), now));
    }
    String remedy = ((Supply.Nothing) supply).remedy();
    if (held.isEmpty()) {
      return new Awaited("no certificate is held yet: " + remedy, true);
    }
    if (!held.get().issuer().equals(spec.issuer())) {
      return new Awaited(
          "the one in use comes from issuer "
              + held.get().issuer()
              + ", and "
              + spec.issuer()
              + " is configured: "
              + remedy,
          isUrgent(held.get(), now));
    }
    return byLifetime(held.get(), remedy, now);
  }

  private static RenewalDecision byLifetime(Generation held, String remedy, Instant now) {
    HeldCertificate first = firstToEnd(held);
    Instant remindAt = leaving(first, REMINDER_PART);
    if (now.isBefore(remindAt)) {
      return new NotDue(
          remindAt,
          "it is brought by somebody else, and expires at " + InWords.of(first.notAfter()));
    }
    return new Awaited(
        "it "
            + (now.isBefore(first.notAfter()) ? "expires" : "expired")
            + " at "
            + InWords.of(first.notAfter())
            + ": "
            + remedy,
        isUrgent(held, now));
  }

  private static boolean isUrgent(Generation held, Instant now) {
    return now.isAfter(leaving(firstToEnd(held), EMERGENCY_PART));
  }

  private static HeldCertificate firstToEnd(Generation held) {
    return Collections.min(held.certificates(), Comparator.comparing(HeldCertificate::notAfter));
  }

  private static Instant leaving(HeldCertificate certificate, int part) {
    return certificate.notAfter().minus(certificate.lifetime().dividedBy(part));
  }
}
