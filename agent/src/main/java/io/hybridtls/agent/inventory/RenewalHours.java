package io.hybridtls.agent.inventory;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When an operator wants renewals to happen, as in every night from 22:00 to 05:00. Times are those
 * of the clock on the wall: an hour that a change of the clocks skips is not there, one that it
 * repeats is there twice.
 *
 * @param windows of which one must be open; none is no restriction
 */
public record RenewalHours(List<DailyWindow> windows, ZoneId zone) {

  /** At any time. */
  public static final RenewalHours ALWAYS = new RenewalHours(List.of(), ZoneId.of("UTC"));

  /** Today, and a fortnight for a window that has no time left on the day of a clock change. */
  private static final int DAYS_AHEAD = 15;

  public RenewalHours {
    windows = List.copyOf(windows);
  }

  /** One time for which a window stands open: from {@code start} up to {@code end}. */
  record Opening(Instant start, Instant end) {

    boolean contains(Instant time) {
      return !time.isBefore(start) && time.isBefore(end);
    }

    /** Somewhere in the first half, so that not everything that waited begins at once. */
    Instant spread(long seed) {
      long half = Duration.between(start, end).toSeconds() / 2;
      return start.plusSeconds((long) (half * StableFraction.of(seed, 1)));
    }
  }

  public boolean isRestricted() {
    return !windows.isEmpty();
  }

  /** A window that is open has begun on this day, or on the one before. */
  public boolean isOpen(Instant time) {
    LocalDate day = time.atZone(zone).toLocalDate();
    return windows.isEmpty()
        || openings(day).anyMatch(opening -> opening.contains(time))
        || openings(day.minusDays(1)).anyMatch(opening -> opening.contains(time));
  }

  /** Empty when a window is open at {@code time}, or no window ever is. */
  Optional<Opening> nextOpening(Instant time) {
    if (isOpen(time)) {
      return Optional.empty();
    }
    LocalDate day = time.atZone(zone).toLocalDate();
    Optional<Opening> next = Optional.empty();
    for (int ahead = 0; ahead < DAYS_AHEAD && next.isEmpty(); ahead++) {
      next =
          openings(day.plusDays(ahead))
              .filter(opening -> opening.start().isAfter(time))
              .min(Comparator.comparing(Opening::start));
    }
    return next;
  }

  /** As it is written, with the zone. */
  public String describe() {
    return windows.isEmpty()
        ? "at any time"
        : windows.stream().map(DailyWindow::toString).collect(Collectors.joining(", "))
            + " ("
            + zone
            + ")";
  }

  /** Those that begin on {@code day}. */
  private Stream<Opening> openings(LocalDate day) {
    return windows.stream().flatMap(window -> window.on(day, zone).stream());
  }
}
