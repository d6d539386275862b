package io.hybridtls.agent.inventory;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
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

  /**
   * From the day before: a week, and another for a window that has no time left on the day of a
   * clock change.
   */
  private static final int DAYS_AHEAD = 16;

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

  public boolean isOpen(Instant time) {
    return windows.isEmpty() || openings(time).anyMatch(opening -> opening.contains(time));
  }

  /** Empty when a window is open at {@code time}, or no window ever is. */
  Optional<Opening> nextOpening(Instant time) {
    return isOpen(time)
        ? Optional.empty()
        : openings(time)
            .filter(opening -> opening.start().isAfter(time))
            .min((one, other) -> one.start().compareTo(other.start()));
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

  /** Those that may touch {@code time}, and those of the days that follow. */
  private Stream<Opening> openings(Instant time) {
    LocalDate day = time.atZone(zone).toLocalDate();
    return Stream.iterate(day.minusDays(1), date -> date.plusDays(1))
        .limit(DAYS_AHEAD)
        .flatMap(date -> windows.stream().flatMap(window -> window.on(date, zone).stream()));
  }
}
