package io.hybridtls.agent.inventory;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When the CA suggests that a certificate be renewed (RFC 9773, section 4.2), and the instant in
 * that window that we chose. The choice is made once and kept, so that every look gives the same
 * answer.
 *
 * @param renewAt from {@code start} up to, and not including, {@code end}
 */
public record SuggestedWindow(Instant start, Instant end, Instant renewAt) {

  public SuggestedWindow {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException(
          "the suggested window ends at " + end + ", not after its start at " + start);
    }
    if (renewAt.isBefore(start) || !renewAt.isBefore(end)) {
      throw new IllegalArgumentException(
          renewAt + " does not lie in the suggested window from " + start + " to " + end);
    }
  }

  /**
   * Chooses an instant in the window, each second of it as likely as any other.
   *
   * @throws IllegalArgumentException when the window does not end after it starts; RFC 9773 has the
   *     client treat that as no suggestion
   */
  public static SuggestedWindow choose(Instant start, Instant end, RandomGenerator random) {
    long seconds = Math.max(1, end.getEpochSecond() - start.getEpochSecond());
    return new SuggestedWindow(start, end, start.plusSeconds(random.nextLong(seconds)));
  }
}
