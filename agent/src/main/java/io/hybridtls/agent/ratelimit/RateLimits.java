package io.hybridtls.agent.ratelimit;

import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What one CA grants. Empty when nothing is known of any limit. */
public record RateLimits(List<RateLimit> limits) {

  public static final RateLimits NONE = new RateLimits(List.of());

  /** As published at letsencrypt.org/docs/rate-limits. */
  public static final RateLimits LETSENCRYPT =
      new RateLimits(
          List.of(
              new RateLimit(Scope.ORDERS, 300, Duration.ofHours(3)),
              new RateLimit(Scope.CERTIFICATES_PER_DOMAIN, 50, Duration.ofDays(7)),
              new RateLimit(Scope.CERTIFICATES_PER_NAME_SET, 5, Duration.ofDays(7)),
              new RateLimit(Scope.FAILED_VALIDATIONS, 5, Duration.ofHours(1))));

  private static final String LETSENCRYPT_HOST = "api.letsencrypt.org";

  public RateLimits {
    limits = List.copyOf(limits);
  }

  /** Those of the CA whose directory {@code host} serves, as far as they are known here. */
  public static RateLimits knownOf(String host) {
    return host.toLowerCase(Locale.ROOT).endsWith(LETSENCRYPT_HOST) ? LETSENCRYPT : NONE;
  }
}
