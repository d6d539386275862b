package io.hybridtls.agent.renewal;

import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Which issuers could not be reached lately, or asked for patience with every order, so that not
 * every certificate asks to hear the same. Forgotten when the agent stops. Safe for any thread.
 */
final class IssuerHealth {

  private static final Duration FIRST_REST = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(15);

  private final Map<String, Silence> silent = new ConcurrentHashMap<>();
  private final Map<String, Silence> busy = new ConcurrentHashMap<>();

  private record Silence(int failures, Instant since, IssuerRest rest) {

    /** Not where the clock has been set back since: nobody knows how long it has been then. */
    boolean lasts(Instant now) {
      return !now.isBefore(since) && now.isBefore(rest.until());
    }
  }

  /** It says nothing of what was demanded of others meanwhile. */
  void answered(String issuer) {
    silent.remove(issuer);
  }

  void silent(String issuer, String reason, Instant now) {
    silent.compute(
        issuer,
        (name, before) -> {
          int failures = before == null ? 1 : before.failures() + 1;
          Duration rest = Backoff.of(FIRST_REST, LONGEST_REST, failures);
          return new Silence(failures, now, IssuerRest.silent(now.plus(rest), reason));
        });
  }

  void busy(String issuer, RateLimited demand, Instant now) {
    busy.put(issuer, new Silence(1, now, IssuerRest.busy(demand)));
  }

  /** What it has demanded comes first. */
  Optional<IssuerRest> rest(String issuer, Instant now) {
    return Stream.of(busy, silent)
        .flatMap(known -> Optional.ofNullable(known.get(issuer)).stream())
        .filter(silence -> silence.lasts(now))
        .map(Silence::rest)
        .findFirst();
  }
}
