package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;

/**
 * What of a certificate decides when it is renewed. Everything scales with its own lifetime,
 * whatever that is.
 *
 * @param seed keeps certificates that were issued together from being renewed together; the same at
 *     every look
 */
public record ValidityPeriod(Instant notBefore, Instant notAfter, long seed) {

  /** Below one part in this many of the lifetime left, waiting for anybody's suggestion ends. */
  private static final int EMERGENCY_PART = 10;

  /** The planned instant is spread over one part in this many of the lifetime. */
  private static final int JITTER_PART = 10;

  /** How far a CA's clock may be ahead of ours. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final Duration SHORT_LIVED = Duration.ofDays(10);

  public ValidityPeriod {
    if (!notBefore.isBefore(notAfter)) {
      throw new IllegalArgumentException(
          "a certificate ends at " + notAfter + ", not after its start at " + notBefore);
    }
  }

  public static ValidityPeriod of(HeldCertificate certificate) {
    return new ValidityPeriod(
        certificate.notBefore(),
        certificate.notAfter(),
        StableFraction.hash(certificate.fingerprint()));
  }

  /** Whether {@code start} is further ahead of {@code now} than clocks differ. */
  public static boolean isAhead(Instant start, Instant now) {
    return start.minus(CLOCK_SKEW).isAfter(now);
  }

  public Duration lifetime() {
    return Duration.between(notBefore, notAfter);
  }

  /** From here on a renewal is an emergency, and waits for nothing that can be passed over. */
  public Instant floor() {
    return notAfter.minus(lifetime().dividedBy(EMERGENCY_PART));
  }

  /** When it is renewed if the CA suggests nothing: before {@link #share} of it is over. */
  Instant planned() {
    Duration used =
        isShortLived() ? lifetime().dividedBy(2) : lifetime().multipliedBy(2).dividedBy(3);
    return notBefore.plus(used).minus(jitter());
  }

  /** How much of the lifetime is used. */
  String share() {
    return isShortLived() ? "half" : "two thirds";
  }

  /** In whole seconds, so that instants read well. */
  Duration jitter() {
    long range = lifetime().dividedBy(JITTER_PART).toSeconds();
    return Duration.ofSeconds((long) (range * StableFraction.of(seed, 0)));
  }

  private boolean isShortLived() {
    return lifetime().compareTo(SHORT_LIVED) < 0;
  }
}
