package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void shouldCountSecondsFromOurOwnNow() {
    assertThat(retryAfter("120", "Mon, 23 Nov 2026 18:00:00 GMT")).contains(NOW.plusSeconds(120));
  }

  @Test
  void shouldMeasureADateByTheServersClock() {
    assertThat(retryAfter("Mon, 23 Nov 2026 18:01:00 GMT", "Mon, 23 Nov 2026 18:00:00 GMT"))
        .contains(NOW.plusSeconds(60));
  }

  @Test
  void shouldTakeADateAsItIsWhenTheServerTellsNoTime() {
    assertThat(retryAfter("Mon, 23 Nov 2026 12:01:00 GMT", "")).contains(NOW.plusSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999999", "Sun, 23 Nov 2036 12:00:00 GMT"})
  void shouldNotLetACertificateEndOverAWaitOfYears(String value) {
    assertThat(retryAfter(value, "")).contains(NOW.plus(RetryAfter.LONGEST));
    assertThat(RetryAfter.inWords("retry after 2036-11-23 12:00:00 UTC", NOW))
        .contains(NOW.plus(RetryAfter.LONGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999", "Mon, 99 Nov 2026"})
  void shouldPassOverWhatItCannotRead(String value) {
    assertThat(retryAfter(value, "")).isEmpty();
  }

  @Test
  void shouldBeEmptyWithoutTheHeader() {
    assertThat(RetryAfter.of(HttpHeaders.of(Map.of(), (name, value) -> true), NOW)).isEmpty();
  }

  private static Optional<Instant> retryAfter(String value, String date) {
    Map<String, List<String>> headers = new HashMap<>(Map.of("Retry-After", List.of(value)));
    if (!date.isEmpty()) {
      headers.put("Date", List.of(date));
    }
    return RetryAfter.of(HttpHeaders.of(headers, (name, ignored) -> true), NOW);
  }
}
