package io.hybridtls.agent.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which issuers could not be reached lately, so that not every certificate waits for the same
 * silence. Forgotten when the agent stops. Safe for any thread.
 */
final class IssuerHealth {

  private static final Duration FIRST_REST = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(15);

  private final Map<String, Silence> silent = new ConcurrentHashMap<>();

  private record Silence(int failures, Instant since, IssuerRest rest) {}

  void answered(String issuer) {
    silent.remove(issuer);
  }

  void silent(String issuer, String reason, Instant now) {
    silent.compute(
        issuer,
        (name, before) -> {
          int failures = before == null ? 1 : before.failures() + 1;
          Duration rest = Backoff.of(FIRST_REST, LONGEST_REST, failures);
          return new Silence(failures, now, new IssuerRest(now.plus(rest), reason, false));
        });
  }

  /** None where the clock has been set back since: nobody knows how long it has been then. */
  Optional<IssuerRest> rest(String issuer, Instant now) {
    return Optional.ofNullable(silent.get(issuer))
        .filter(silence -> !now.isBefore(silence.since()))
        .map(Silence::rest);
  }
}
