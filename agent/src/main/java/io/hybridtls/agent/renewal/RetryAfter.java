package io.hybridtls.agent.renewal;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Retry-After (RFC 9110, section 10.2.3) in terms of our own clock: a date is taken relative
 * to the server's Date, so that a server whose clock is wrong does not make us wait for hours.
 */
public final class RetryAfter {

  /** What a CA grants is counted by the week at most; a longer wait is an error of the server. */
  public static final Duration LONGEST = Duration.ofDays(7);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private static final Pattern WORDS =
      Pattern.compile("retry after ([0-9-]{10})[ T]([0-9:]{8}) ?(?:UTC|Z)");

  private RetryAfter() {}

  /**
   * When to come back; empty when the server does not say so, or not in a form that can be read.
   */
  public static Optional<Instant> of(HttpHeaders headers, Instant now) {
    return headers
        .firstValue("Retry-After")
        .flatMap(value -> of(value, headers.firstValue("Date"), now));
  }

  /**
   * When to come back; empty when {@code retryAfter} has no form that can be read.
   *
   * @param date the answer's Date
   */
  public static Optional<Instant> of(String retryAfter, Optional<String> date, Instant now) {
    String value = retryAfter.strip();
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(bounded(now.plusSeconds(Long.parseLong(value)), now));
    }
    Instant serverNow = date.flatMap(RetryAfter::instant).orElse(now);
    return instant(value).map(until -> bounded(now.plus(Duration.between(serverNow, until)), now));
  }

  /** As Let's Encrypt repeats it in words: {@code retry after 2026-11-24 12:00:00 UTC}. */
  public static Optional<Instant> inWords(String problem, Instant now) {
    Matcher said = WORDS.matcher(problem);
    try {
      return said.find()
          ? Optional.of(bounded(Instant.parse(said.group(1) + "T" + said.group(2) + "Z"), now))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Instant bounded(Instant until, Instant now) {
    Instant latest = now.plus(LONGEST);
    return until.isBefore(latest) ? until : latest;
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
