package io.hybridtls.agent.renewal;

import java.time.Duration;

/** Exponential growth with a ceiling. */
final class Backoff {

  private static final int MAX_DOUBLINGS = 30;

  private Backoff() {}

  /**
   * {@code first} after one failure, twice as long after each further one, never above {@code max}.
   */
  static Duration of(Duration first, Duration max, int failures) {
    Duration grown = first.multipliedBy(1L << Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS));
    return grown.compareTo(max) < 0 ? grown : max;
  }
}
