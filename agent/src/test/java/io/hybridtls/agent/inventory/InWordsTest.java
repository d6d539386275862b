package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InWordsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T03:12:49.437875070Z, 2026-11-24T03:12:49Z",
    "2026-11-24T03:12:49.999999999Z, 2026-11-24T03:12:49Z",
    "2026-11-24T03:12:00Z, 2026-11-24T03:12:00Z",
    "1969-12-31T23:59:59.5Z, 1969-12-31T23:59:59Z"
  })
  void aTimeShouldBeToldToTheSecond(Instant time, String words) {
    assertThat(InWords.of(time)).isEqualTo(words);
  }

  @Test
  void theEndsOfTimeShouldBeTold() {
    assertThat(InWords.of(Instant.MAX)).startsWith("+1000000000-12-31");
    assertThat(InWords.of(Instant.MIN)).startsWith("-1000000000-01-01");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT20.9S, 20 s",
    "PT59S, 59 s",
    "PT5M, 5 min",
    "PT59M59S, 59 min",
    "PT1H, 1 h",
    "PT2H5M, 2 h 5 min",
    "PT36H, 36 h",
    "PT47H59M, 47 h 59 min",
    "P2D, 2 days",
    "P12DT23H, 12 days"
  })
  void aDurationShouldBeToldWithoutPartsThatAreNothing(Duration duration, String words) {
    assertThat(InWords.of(duration)).isEqualTo(words);
  }
}
