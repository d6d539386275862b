package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.StableFraction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a certificate can do without a renewal, and where it stands among those that wait like
 * it. Waits grow with the time that is left: when a CA comes back after days, what has weeks left
 * does not crowd out what has hours, nor does everything come at once.
 *
 * @param floor from when on the renewal is an emergency; empty when there is nothing to lose,
 *     because no valid certificate is in use
 * @param end when what is in use ends, where the renewal is an emergency; empty before that, and
 *     when no valid certificate is in use
 * @param seed the same for a certificate at every look
 */
public record Slack(Optional<Instant> floor, Optional<Instant> end, long seed) {

  /** A wait is at most this part of the time to the floor, before it is spread. */
  private static final int PART = 4;

  /** A wait is lengthened by up to this part of itself. */
  private static final double SPREAD = 0.5;

  /** What a CA demands is lengthened by up to this part of the time to the floor. */
  private static final int DEMAND_PART = 10;

  /** In an emergency waits shrink with the time that is left, and no further than to this. */
  private static final Duration SHORTEST_CEILING = Duration.ofHours(1);

  private static final Duration MIN_DEMAND_SPREAD = Duration.ofMinutes(1);
  private static final Duration MAX_DEMAND_SPREAD = Duration.ofDays(1);

  /** No certificate is in use, and every wait is as long as {@code id} alone makes it. */
  public static Slack none(String id) {
    return new Slack(Optional.empty(), Optional.empty(), StableFraction.hash(id));
  }

  /** What {@code id} can do without until {@code floor}. */
  public static Slack until(Instant floor, String id) {
    return new Slack(Optional.of(floor), Optional.empty(), StableFraction.hash(id));
  }

  /** There is none, and {@code id} is of use for as long as {@code end} is away. */
  public static Slack ending(Instant end, String id) {
    return new Slack(Optional.empty(), Optional.of(end), StableFraction.hash(id));
  }

  /**
   * When to try again after a wait that doubles with each failure.
   *
   * @param max the longest wait of a certificate that has nothing to lose, or no time left
   * @param longest the longest wait of one that has all the time there is
   */
  Instant after(Instant now, Duration first, Duration max, Duration longest, int failures) {
    Duration wait = Backoff.of(first, ceiling(now, max, longest), failures);
    double factor = 1 + SPREAD * StableFraction.of(seed, failures);
    return notAfterFloor(now, now.plusMillis((long) (wait.toMillis() * factor)));
  }

  /** When to try again after {@code until}, up to which somebody else has made us wait. */
  Instant past(Instant until, Instant now, int failures) {
    Duration range = demandSpread(until, now);
    long spread = (long) (range.toMillis() * StableFraction.of(seed, failures));
    Instant spreadOut = until.plusMillis(spread);
    return floor
        .filter(limit -> !limit.isBefore(until) && spreadOut.isAfter(limit))
        .orElse(spreadOut);
  }

  private Duration ceiling(Instant now, Duration max, Duration longest) {
    if (end.filter(now::isBefore).isPresent()) {
      Duration part = Duration.between(now, end.get()).dividedBy(PART);
      Duration most = part.compareTo(SHORTEST_CEILING) < 0 ? SHORTEST_CEILING : part;
      return most.compareTo(max) < 0 ? most : max;
    }
    Duration scaled = left(now).dividedBy(PART);
    if (scaled.compareTo(max) < 0) {
      return max;
    }
    return scaled.compareTo(longest) < 0 ? scaled : longest;
  }

  private Duration demandSpread(Instant until, Instant now) {
    Duration range =
        floor.isPresent()
            ? left(now).dividedBy(DEMAND_PART)
            : Duration.between(now, until).dividedBy(DEMAND_PART);
    if (range.compareTo(MIN_DEMAND_SPREAD) < 0) {
      return MIN_DEMAND_SPREAD;
    }
    return range.compareTo(MAX_DEMAND_SPREAD) < 0 ? range : MAX_DEMAND_SPREAD;
  }

  /** Zero when there is none. */
  private Duration left(Instant now) {
    return floor
        .filter(now::isBefore)
        .map(limit -> Duration.between(now, limit))
        .orElse(Duration.ZERO);
  }

  private Instant notAfterFloor(Instant now, Instant retry) {
    return floor.filter(limit -> now.isBefore(limit) && retry.isAfter(limit)).orElse(retry);
  }
}
