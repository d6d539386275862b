package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.inventory.InWords;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of durations and sizes: a whole number with its unit, always. */
final class Quantities {

  static final ValueReader<Duration> DURATION =
      (value, around) -> {
        long millis = amount(value, DurationUnits.MILLIS, DurationUnits.EXAMPLE);
        if (millis > Duration.ofDays(DurationUnits.MAX_DAYS).toMillis()) {
          throw new UnreadableValueException(
              value, Shown.value(value) + " is more than ten years", "write a shorter time");
        }
        return Duration.ofMillis(millis);
      };

  /** A duration from {@code min} to {@code max}. */
  static ValueReader<Duration> durationFrom(Duration min, Duration max) {
    return (value, around) -> {
      Duration duration = DURATION.read(value, around);
      if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
        throw new UnreadableValueException(
            value,
            Shown.value(value) + (duration.compareTo(min) < 0 ? " is too short" : " is too long"),
            "write a time from " + InWords.of(min) + " to " + InWords.of(max));
      }
      return duration;
    };
  }

  /** In octets. */
  static final ValueReader<Long> SIZE =
      (value, around) -> amount(value, SizeUnits.OCTETS, SizeUnits.EXAMPLE);

  private static final Pattern SHAPE = Pattern.compile("\\s*([0-9]{1,18})\\s*([a-zA-Z]*)\\s*");

  private Quantities() {}

  /** The names that HOCON gives to units of time. */
  private static final class DurationUnits {
    static final String EXAMPLE = "\"30 seconds\", \"5 minutes\", \"1 hour\" or \"2 days\"";
    static final int MAX_DAYS = 3_652;
    static final Map<String, Long> MILLIS = new TreeMap<>();

    static {
      add(1, "ms", "milli", "millis", "millisecond", "milliseconds");
      add(1_000, "s", "second", "seconds");
      add(60_000, "m", "minute", "minutes");
      add(3_600_000, "h", "hour", "hours");
      add(86_400_000, "d", "day", "days");
    }

    private static void add(long millis, String... names) {
      for (String name : names) {
        MILLIS.put(name, millis);
      }
    }
  }

  /** The names that HOCON gives to units of size: KiB is 1,024 octets, kB is 1,000. */
  private static final class SizeUnits {
    static final String EXAMPLE = "\"64 KiB\", \"150 MiB\" or \"2 GiB\"";
    static final Map<String, Long> OCTETS =
        Map.of(
            "B",
            1L,
            "kB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30);
  }

  /** A duration as it could be written, in the largest unit that divides it. */
  static String shown(Duration duration) {
    if (duration.equals(Duration.ofDays(duration.toDays()))) {
      return duration.toDays() + " days";
    }
    if (duration.equals(Duration.ofHours(duration.toHours()))) {
      return duration.toHours() + " hours";
    }
    return duration.equals(Duration.ofMinutes(duration.toMinutes()))
        ? duration.toMinutes() + " minutes"
        : duration.toMillis() + " ms";
  }

  private static long amount(ConfigValue value, Map<String, Long> units, String example)
      throws UnreadableValueException {
    String shown = Shown.value(value);
    Matcher matcher = SHAPE.matcher(String.valueOf(value.unwrapped()));
    if (!matcher.matches()) {
      throw new UnreadableValueException(
          value, shown + " is not a whole number with a unit", "write for example " + example);
    }
    if (matcher.group(2).isEmpty()) {
      throw new UnreadableValueException(
          value, shown + " has no unit", "write one, for example " + example);
    }
    Long unit = units.get(matcher.group(2));
    if (unit == null) {
      throw new UnreadableValueException(
          value,
          "\"" + matcher.group(2) + "\" is not a unit that is known here",
          "write for example " + example);
    }
    try {
      return atLeastOne(value, Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new UnreadableValueException(value, shown + " is too much", "write less");
    }
  }

  private static long atLeastOne(ConfigValue value, long amount) throws UnreadableValueException {
    if (amount < 1) {
      throw new UnreadableValueException(
          value, Shown.value(value) + " is nothing at all", "write more than zero");
    }
    return amount;
  }
}
