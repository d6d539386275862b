package io.hybridtls.agent.renewal;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads Retry-After (RFC 9110, section 10.2.3) in terms of our own clock: a date is taken relative
 * to the server's Date, so that a server whose clock is wrong does not make us wait for hours.
 */
public final class RetryAfter {

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private RetryAfter() {}

  /**
   * When to come back; empty when {@code retryAfter} has no form that can be read.
   *
   * @param date the answer's Date
   */
  public static Optional<Instant> of(String retryAfter, Optional<String> date, Instant now) {
    String value = retryAfter.strip();
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(now.plusSeconds(Long.parseLong(value)));
    }
    Instant serverNow = date.flatMap(RetryAfter::instant).orElse(now);
    return instant(value).map(until -> now.plus(Duration.between(serverNow, until)));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
