package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {

  private static final Instant ACCEPTED = Instant.parse("2026-11-23T10:15:30Z");

  private final RetrySchedule schedule =
      new RetrySchedule(
          List.of(Duration.ofMinutes(15), Duration.ofMinutes(20), Duration.ofHours(1)),
          Duration.ofDays(2));

  @ParameterizedTest
  @CsvSource({"1, 15", "2, 20", "3, 60", "4, 60", "1000, 60"})
  void nextShouldFollowTheIntervalsAndRepeatTheLast(int attempts, int minutes) {
    assertThat(schedule.next(ACCEPTED, ACCEPTED, attempts))
        .contains(ACCEPTED.plus(Duration.ofMinutes(minutes)));
  }

  @Test
  void nextShouldCountFromTheFailureUntilTheLifetimeIsOver() {
    Instant end = ACCEPTED.plus(Duration.ofDays(2));

    assertThat(schedule.next(ACCEPTED, end.minusNanos(1), 5))
        .contains(end.minusNanos(1).plus(Duration.ofHours(1)));
    assertThat(schedule.next(ACCEPTED, end, 5)).isEmpty();
    assertThat(schedule.next(ACCEPTED, end.plusNanos(1), 5)).isEmpty();
  }

  @Test
  void scheduleShouldHaveAnInterval() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetrySchedule(List.of(), Duration.ofDays(1)))
        .withMessageContaining("at least one interval");
  }
}
