package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.SuggestedWindow;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of the CA's suggestions for one certificate.
 *
 * @param window the last one heard, with the instant that was chosen in it
 * @param heard when it was; present if and only if a window is
 * @param askAt when the CA is to be asked next
 * @param failing whether the last question got no answer that could be used
 */
record RenewalInfoRecord(
    Optional<SuggestedWindow> window, Optional<Instant> heard, Instant askAt, boolean failing) {

  /** A suggestion that could not be confirmed for so long is followed no more. */
  static final Duration STALE_AFTER = Duration.ofDays(14);

  /** Of a certificate that is new here: its CA is asked at once (RFC 9773, section 4.3). */
  static RenewalInfoRecord unasked(Instant now) {
    return new RenewalInfoRecord(Optional.empty(), Optional.empty(), now, false);
  }

  RenewalInfoRecord heard(SuggestedWindow newWindow, Instant now, Instant next) {
    return new RenewalInfoRecord(Optional.of(newWindow), Optional.of(now), next, false);
  }

  RenewalInfoRecord failed(Instant next) {
    return new RenewalInfoRecord(window, heard, next, true);
  }

  Optional<SuggestedWindow> inForce(Instant now) {
    return window.filter(any -> heard.filter(at -> now.isBefore(at.plus(STALE_AFTER))).isPresent());
  }

  /** Times are ISO 8601 in UTC; what is empty is left out. */
  Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("askAt", askAt.toString());
    fields.put("failing", failing);
    heard.ifPresent(at -> fields.put("heard", at.toString()));
    window.ifPresent(
        known -> {
          fields.put("start", known.start().toString());
          fields.put("end", known.end().toString());
          fields.put("renewAt", known.renewAt().toString());
          known.explanation().ifPresent(page -> fields.put("explanation", page.toString()));
        });
    return fields;
  }

  /** Empty when {@code fields} are not what {@link #toMap} makes. */
  static Optional<RenewalInfoRecord> of(Map<String, Object> fields) {
    try {
      Optional<Instant> askAt = time(fields, "askAt");
      return askAt.map(
          next ->
              new RenewalInfoRecord(
                  window(fields),
                  time(fields, "heard"),
                  next,
                  Boolean.TRUE.equals(fields.get("failing"))));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<SuggestedWindow> window(Map<String, Object> fields) {
    Optional<Instant> start = time(fields, "start");
    Optional<Instant> end = time(fields, "end");
    Optional<Instant> renewAt = time(fields, "renewAt");
    return start.isPresent() && end.isPresent() && renewAt.isPresent()
        ? Optional.of(
            new SuggestedWindow(
                start.get(),
                end.get(),
                renewAt.get(),
                Optional.ofNullable(fields.get("explanation"))
                    .map(String::valueOf)
                    .map(URI::create)))
        : Optional.empty();
  }

  private static Optional<Instant> time(Map<String, Object> fields, String name) {
    return Optional.ofNullable(fields.get(name)).map(String::valueOf).map(Instant::parse);
  }
}
