package io.hybridtls.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativeTimeTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, in 0 seconds",
    "1, in 1 second",
    "119, in 119 seconds",
    "120, in 2 minutes",
    "7199, in 119 minutes",
    "7200, in 2 hours",
    "172799, in 47 hours",
    "172800, in 2 days",
    "-1, 1 second ago",
    "-172800, 2 days ago",
  })
  void theLargestUnitOfWhichThereAreTwoShouldBeUsed(long seconds, String expected) {
    assertThat(new RelativeTime(NOW).distance(NOW.plusSeconds(seconds))).isEqualTo(expected);
  }
}
