package io.hybridtls.agent.inventory;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When the CA suggests that a certificate be renewed (RFC 9773, section 4.2), and the instant in
 * that window that we chose. The choice is made once and kept, so that every look gives the same
 * answer.
 *
 * @param renewAt from {@code start} up to, and not including, {@code end}
 * @param explanation a page of the CA on why the window is what it is
 */
public record SuggestedWindow(
    Instant start, Instant end, Instant renewAt, Optional<URI> explanation) {

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

  /** A window that the CA does not explain. */
  public SuggestedWindow(Instant start, Instant end, Instant renewAt) {
    this(start, end, renewAt, Optional.empty());
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

  public SuggestedWindow explainedBy(Optional<URI> page) {
    return new SuggestedWindow(start, end, renewAt, page);
  }

  /** The suggestion in words, with the page that explains it. */
  public String describe() {
    return "the CA suggests "
        + InWords.of(start)
        + " to "
        + InWords.of(end)
        + explanation.map(page -> " (it explains why at " + page + ")").orElse("");
  }

  /** The same, with what we chose. */
  String describeChoice() {
    return describe() + ", and " + InWords.of(renewAt) + " was chosen";
  }
}
