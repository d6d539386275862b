package io.hybridtls.agent.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as a person thinks of them: how long from now, and then the date. */
record RelativeTime(Instant now) {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final long TWO = 2;

  /** As in {@code in 61 days (2027-01-23 21:17 UTC)}. */
  String of(Instant time) {
    return distance(time) + " (" + DATE.format(time) + ")";
  }

  /** As in {@code in 61 days} and {@code 5 minutes ago}. */
  String distance(Instant time) {
    return time.isBefore(now)
        ? length(Duration.between(time, now)) + " ago"
        : "in " + length(Duration.between(now, time));
  }

  /** In the largest unit of which there are at least two, rounded down: 47 hours, then 2 days. */
  static String length(Duration duration) {
    if (duration.toDays() >= TWO) {
      return duration.toDays() + " days";
    }
    if (duration.toHours() >= TWO) {
      return duration.toHours() + " hours";
    }
    if (duration.toMinutes() >= TWO) {
      return duration.toMinutes() + " minutes";
    }
    return duration.toSeconds() == 1 ? "1 second" : duration.toSeconds() + " seconds";
  }
}
