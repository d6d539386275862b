package io.hybridtls.agent.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One of the rules by which {@link RenewalPolicy} decides, with its values for one certificate.
 *
 * @param name as an operator calls it
 */
public record RenewalRule(String name, String finding) {

  private static final double PERCENT = 100.0;

  static RenewalRule configured(Optional<String> difference) {
    return new RenewalRule(
        "configuration", difference.orElse("it has the names, the key and the issuer configured"));
  }

  static RenewalRule floor(ValidityPeriod period) {
    return new RenewalRule(
        "floor",
        "from "
            + InWords.of(period.floor())
            + " on less than a tenth of its lifetime is left: then it is renewed whatever else is"
            + " said here");
  }

  static RenewalRule suggestion(Optional<SuggestedWindow> window) {
    return new RenewalRule(
        "suggestion",
        window.map(SuggestedWindow::describeChoice).orElse("the CA suggests nothing"));
  }

  static RenewalRule lifetime(ValidityPeriod period, Instant now, boolean suggested) {
    return new RenewalRule(
        "lifetime",
        String.format(
            Locale.ROOT,
            "%.1f %% of %s is used; it is renewed after %s, less %s to spread: at %s%s",
            used(period, now),
            InWords.of(period.lifetime()),
            period.share(),
            InWords.of(period.jitter()),
            InWords.of(period.planned()),
            suggested ? ", were there no suggestion" : ""));
  }

  static RenewalRule hours(RenewalHours hours, Instant now) {
    return new RenewalRule(
        "only-between",
        hours.describe()
            + (hours.isRestricted() ? hours.isOpen(now) ? ", open now" : ", closed now" : ""));
  }

  private static double used(ValidityPeriod period, Instant now) {
    double seconds = Duration.between(period.notBefore(), now).toSeconds();
    return PERCENT * seconds / period.lifetime().toSeconds();
  }
}
