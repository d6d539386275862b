package io.hybridtls.agent.inventory;

import io.hybridtls.agent.inventory.RenewalDecision.Due;
import io.hybridtls.agent.inventory.RenewalDecision.Emergency;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a certificate is renewed, and why. Pure: the same inputs give the same answer. Everything
 * scales with the certificate's own lifetime, whatever that is.
 */
public final class RenewalPolicy {

  /** Below one part in this many of the lifetime left, waiting for anybody's suggestion ends. */
  private static final int EMERGENCY_PART = 10;

  /** The planned instant is spread over one part in this many of the lifetime. */
  private static final int JITTER_PART = 50;

  private static final Duration SHORT_LIVED = Duration.ofDays(10);

  /** Hexadecimal digits of a fingerprint that fit a non-negative long. */
  private static final int JITTER_DIGITS = 8;

  /**
   * Decides whether {@code held} is due at {@code now}.
   *
   * <p>The first rule that applies wins: nothing held; names, key or issuer differ from the spec;
   * less than a tenth of the lifetime left (emergency, whatever the CA suggests); the CA's
   * suggested window (RFC 9773, section 4.2); two thirds of the lifetime gone, or half of one that
   * is shorter than ten days.
   *
   * @param held the active generation
   * @param window the CA's suggestion for that very generation
   */
  public RenewalDecision decide(
      CertificateSpec spec,
      Optional<Generation> held,
      Optional<SuggestedWindow> window,
      Instant now) {
    if (held.isEmpty()) {
      return new Due("no certificate is held yet");
    }
    Optional<String> difference = SpecComparison.difference(spec, held.get());
    if (difference.isPresent()) {
      return new Due(difference.get());
    }
    HeldCertificate certificate = held.get().certificate();
    Instant emergency = emergencyAt(certificate);
    if (now.isAfter(emergency)) {
      return emergency(certificate, now);
    }
    return window
        .map(suggested -> bySuggestion(suggested, emergency, now))
        .orElseGet(() -> byLifetime(certificate, now));
  }

  private static Emergency emergency(HeldCertificate certificate, Instant now) {
    Instant end = certificate.notAfter();
    if (now.isAfter(end)) {
      return new Emergency("it expired at " + end);
    }
    return new Emergency("less than a tenth of its lifetime is left: it expires at " + end);
  }

  private static RenewalDecision bySuggestion(
      SuggestedWindow window, Instant emergency, Instant now) {
    String suggestion = window.describe();
    if (!now.isBefore(window.end())) {
      return new Due(suggestion + ", which is over");
    }
    if (!now.isBefore(window.renewAt())) {
      return new Due(suggestion + ", and " + window.renewAt() + " was chosen");
    }
    if (window.renewAt().isAfter(emergency)) {
      return new NotDue(emergency, suggestion + ", but then less than a tenth would be left");
    }
    return new NotDue(window.renewAt(), suggestion);
  }

  private static RenewalDecision byLifetime(HeldCertificate certificate, Instant now) {
    Duration lifetime = certificate.lifetime();
    boolean shortLived = lifetime.compareTo(SHORT_LIVED) < 0;
    Duration used = shortLived ? lifetime.dividedBy(2) : lifetime.multipliedBy(2).dividedBy(3);
    Instant renewAt = certificate.notBefore().plus(used).minus(jitter(certificate));
    String share = shortLived ? "half" : "two thirds";
    if (now.isBefore(renewAt)) {
      return new NotDue(
          renewAt,
          "it is renewed after "
              + share
              + " of its lifetime, which ends at "
              + certificate.notAfter());
    }
    return new Due(
        share
            + " of its lifetime is over: it was to be renewed from "
            + renewAt
            + " and expires at "
            + certificate.notAfter());
  }

  /**
   * Keeps certificates that were issued together from being renewed together. Taken from the
   * certificate, not from a random source, so that every look and every node agree.
   */
  private static Duration jitter(HeldCertificate certificate) {
    long digits = Long.parseLong(certificate.fingerprint().substring(0, JITTER_DIGITS), 16);
    long range = certificate.lifetime().dividedBy(JITTER_PART).toSeconds();
    return Duration.ofSeconds((range * digits) >>> (4 * JITTER_DIGITS));
  }

  private static Instant emergencyAt(HeldCertificate certificate) {
    return certificate.notAfter().minus(certificate.lifetime().dividedBy(EMERGENCY_PART));
  }
}
