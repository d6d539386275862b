package io.hybridtls.smtp.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a deferred recipient is tried again, and when we give up (RFC 5321, section 4.5.4.1).
 *
 * @param intervals after the first, second … failure; the last one repeats
 * @param lifetime from acceptance to giving up
 */
public record RetrySchedule(List<Duration> intervals, Duration lifetime) {

  public RetrySchedule {
    intervals = List.copyOf(intervals);
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException("a retry schedule has at least one interval");
    }
  }

  /**
   * The next attempt after one that failed at {@code now}.
   *
   * @param attempts attempts made so far, this one included; at least 1
   * @return empty when the message's lifetime is over
   */
  public Optional<Instant> next(Instant acceptedAt, Instant now, int attempts) {
    if (!now.isBefore(acceptedAt.plus(lifetime))) {
      return Optional.empty();
    }
    return Optional.of(now.plus(intervals.get(Math.min(attempts, intervals.size()) - 1)));
  }
}
