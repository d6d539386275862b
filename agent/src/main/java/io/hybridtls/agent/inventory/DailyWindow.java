package io.hybridtls.agent.inventory;

import io.hybridtls.agent.inventory.RenewalHours.Opening;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the day, on some days of the week; read from text like {@code 22:00-05:00} and {@code
 * sat-sun 00:00-24:00}. One that ends before it starts ends on the next day; the days are those on
 * which it starts.
 */
public final class DailyWindow {

  private static final String TIME = "([01]\\d|2[0-3]):([0-5]\\d)";
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?:([a-z]{3})(?:-([a-z]{3}))?\\s+)?" + TIME + "\\s*-\\s*(?:" + TIME + "|(24:00))");
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private final Set<DayOfWeek> days;
  private final LocalTime from;
  private final LocalTime to;
  private final String text;

  private DailyWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, String text) {
    this.days = days;
    this.from = from;
    this.to = to;
    this.text = text;
  }

  /**
   * Reads {@code text}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static DailyWindow of(String text) {
    Matcher matcher = SHAPE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a time of the day from HH:MM to HH:MM");
    }
    LocalTime from = LocalTime.parse(matcher.group(3) + ":" + matcher.group(4));
    LocalTime to =
        matcher.group(7) != null
            ? LocalTime.MIDNIGHT
            : LocalTime.parse(matcher.group(5) + ":" + matcher.group(6));
    if (from.equals(to) && matcher.group(7) == null) {
      throw new IllegalArgumentException(
          "\"" + text + "\" ends when it starts; 00:00-24:00 is the whole day");
    }
    return new DailyWindow(
        days(Optional.ofNullable(matcher.group(1)), Optional.ofNullable(matcher.group(2))),
        from,
        to,
        text.strip());
  }

  private static Set<DayOfWeek> days(Optional<String> first, Optional<String> last) {
    if (first.isEmpty()) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    DayOfWeek end = day(last.orElse(first.get()));
    Set<DayOfWeek> days = EnumSet.of(end);
    for (DayOfWeek day = day(first.get()); day != end; day = day.plus(1)) {
      days.add(day);
    }
    return days;
  }

  private static DayOfWeek day(String name) {
    int index = DAYS.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not a day; there are " + String.join(", ", DAYS));
    }
    return DayOfWeek.of(index + 1);
  }

  /** Empty on other days, and when a change of the clocks leaves nothing of it. */
  Optional<Opening> on(LocalDate date, ZoneId zone) {
    if (!days.contains(date.getDayOfWeek())) {
      return Optional.empty();
    }
    LocalDate last = to.isAfter(from) ? date : date.plusDays(1);
    Instant start = instant(date.atTime(from), zone, true);
    Instant end = instant(last.atTime(to), zone, false);
    return start.isBefore(end) ? Optional.of(new Opening(start, end)) : Optional.empty();
  }

  /** In a gap the moment of the change; of two the earlier to begin with, the later to end with. */
  private static Instant instant(LocalDateTime local, ZoneId zone, boolean earlier) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    if (change == null) {
      return local.atZone(zone).toInstant();
    }
    if (change.isGap()) {
      return change.getInstant();
    }
    ZoneOffset offset = earlier ? change.getOffsetBefore() : change.getOffsetAfter();
    return local.toInstant(offset);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DailyWindow window && text.equals(window.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
