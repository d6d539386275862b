package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells the operator of a failure, the louder the less time is left. */
final class RenewalAlarm {

  private static final Logger log = LoggerFactory.getLogger(RenewalAlarm.class);

  /** Below one part in this many of the lifetime left, a failure is an error. */
  private static final int ERROR_PART = 10;

  private RenewalAlarm() {}

  /**
   * @param live the certificate in use, if there is one
   */
  static void raise(
      CertificateId id,
      String failure,
      Optional<Generation> live,
      Optional<Instant> nextAttempt,
      Instant now) {
    log.atLevel(level(live, now))
        .log(
            "certificate {}: {}; {}; {}",
            id,
            failure,
            live.map(generation -> timeLeft(generation.endingFirst(), now))
                .orElse("there is none in use"),
            nextAttempt
                .map(time -> "the next attempt is at " + InWords.of(time))
                .orElse("no attempt follows"));
  }

  static Level level(Optional<Generation> live, Instant now) {
    return live.map(Generation::endingFirst)
        .filter(certificate -> !now.isBefore(certificate.notBefore()))
        .filter(
            certificate ->
                Duration.between(now, certificate.notAfter())
                        .compareTo(certificate.lifetime().dividedBy(ERROR_PART))
                    > 0)
        .map(comfortable -> Level.WARN)
        .orElse(Level.ERROR);
  }

  static String timeLeft(HeldCertificate certificate, Instant now) {
    Duration left = Duration.between(now, certificate.notAfter());
    if (left.isNegative() || left.isZero()) {
      return "the one in use expired at " + InWords.of(certificate.notAfter());
    }
    if (now.isBefore(certificate.notBefore())) {
      return "the one in use is valid from " + InWords.of(certificate.notBefore()) + " only";
    }
    return "the one in use is valid for another "
        + InWords.of(left)
        + ", until "
        + InWords.of(certificate.notAfter());
  }
}
