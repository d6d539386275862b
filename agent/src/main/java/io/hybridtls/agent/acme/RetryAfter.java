package io.hybridtls.agent.acme;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a CA asks us to come back, in a header or in words. */
final class RetryAfter {

  private static final Pattern WORDS =
      Pattern.compile("retry after ([0-9-]{10})[ T]([0-9:]{8}) ?(?:UTC|Z)");

  private RetryAfter() {}

  /**
   * When to come back; empty when the server does not say so, or not in a form that can be read.
   */
  static Optional<Instant> of(HttpHeaders headers, Instant now) {
    return headers
        .firstValue("Retry-After")
        .flatMap(
            value ->
                io.hybridtls.agent.renewal.RetryAfter.of(value, headers.firstValue("Date"), now));
  }

  /** As Let's Encrypt repeats it in words: {@code retry after 2026-11-24 12:00:00 UTC}. */
  static Optional<Instant> inWords(String problem) {
    Matcher said = WORDS.matcher(problem);
    try {
      return said.find()
          ? Optional.of(Instant.parse(said.group(1) + "T" + said.group(2) + "Z"))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
