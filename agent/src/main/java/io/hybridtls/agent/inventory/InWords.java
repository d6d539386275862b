package io.hybridtls.agent.inventory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times and durations as people read them: as exact as they need them, and no more. */
public final class InWords {

  private InWords() {}

  /** ISO 8601 in UTC, to the second; what is less is left out. */
  public static String of(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** As in {@code 12 days}, {@code 2 h 5 min}, {@code 36 h}, {@code 5 min} or {@code 20 s}. */
  public static String of(Duration duration) {
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    long hours = duration.toHours();
    long minutes = duration.toMinutesPart();
    if (hours == 0) {
      return minutes == 0 ? duration.toSeconds() + " s" : minutes + " min";
    }
    return hours + " h" + (minutes == 0 ? "" : " " + minutes + " min");
  }
}
