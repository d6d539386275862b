package io.hybridtls.agent.ratelimit;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an issuer is asked for at most.
 *
 * @param authority the CA behind it, by host and port, kept as {@code host} or {@code host-port}:
 *     issuers of one CA share what it grants for a domain, and each has its own account
 * @param concurrency how many certificates it is asked for at once
 */
public record IssuerTerms(String authority, RateLimits limits, int concurrency) {

  /** Of an issuer of which nothing else is said. */
  public static final int DEFAULT_CONCURRENCY = 4;

  private static final Pattern SHAPE = Pattern.compile("[a-z0-9.-]*[a-z0-9][a-z0-9.-]*");

  /** What has no place in the name of a file. */
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9.]+");

  public IssuerTerms {
    authority = OTHERS.matcher(authority.toLowerCase(Locale.ROOT)).replaceAll("-");
    if (!SHAPE.matcher(authority).matches()) {
      throw new IllegalArgumentException("\"" + authority + "\" is not the name of a host");
    }
    if (concurrency < 1) {
      throw new IllegalArgumentException("a concurrency of " + concurrency + " issues nothing");
    }
  }

  /** Of an issuer without limits, which is its own authority. */
  public static IssuerTerms unlimited(String issuer) {
    return new IssuerTerms(issuer, RateLimits.NONE, DEFAULT_CONCURRENCY);
  }
}
