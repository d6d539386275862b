package io.hybridtls.agent.ratelimit;

import java.time.Instant;
import java.util.Optional;

/**
 * How much of one limit is spent for one subject.
 *
 * @param subject a domain, a name or names; "" where the whole account is meant
 * @param freeAt when the limit allows one more; empty when it does now
 */
public record SpentShare(RateLimit limit, String subject, int spent, Optional<Instant> freeAt) {

  private static final int MOST_OF_TEN = 8;
  private static final int TEN = 10;

  public boolean isExceededByOneMore() {
    return spent >= limit.allowed();
  }

  /** Whether one more takes it to four fifths of what is allowed, or beyond. */
  public boolean isMostlySpentByOneMore() {
    return TEN * (spent + 1) >= MOST_OF_TEN * limit.allowed();
  }

  /** As in {@code 49 of 50 certificates for contoso.example within 7 days are spent}. */
  public String describe() {
    return spent + " of " + limit.describe(subject) + " are spent";
  }
}
