package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.LimitReached;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlackTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final List<IssuanceFailure> OUR_OWN_WAIT =
      List.of(
          new Unreachable("refused"),
          new Rejected("unauthorized"),
          new NotOffered("not in this zone", List.of()),
          new Unproved("no answer from 192.0.2.53"),
          new Misconfigured("a.b", "wrong"));

  @Property
  void aRetryShouldNeverBeLaterThanTheFloorWhileThereIsTime(
      @ForAll @IntRange(min = 1, max = 15_000_000) int left,
      @ForAll @IntRange(min = 1, max = 50) int failures,
      @ForAll long seed) {
    Instant floor = NOW.plusSeconds(left);

    for (IssuanceFailure failure : OUR_OWN_WAIT) {
      assertThat(failure.retryAt(NOW, failures, Slack.until(floor, "c" + seed)))
          .isAfter(NOW)
          .isBeforeOrEqualTo(floor);
    }
  }

  @Property
  void aRetryShouldNeverBeEarlierThanTheCaAllows(
      @ForAll @IntRange(min = 1, max = 15_000_000) int wait,
      @ForAll @IntRange(min = -1_000, max = 15_000_000) int left,
      @ForAll @IntRange(min = 1, max = 50) int failures,
      @ForAll long seed) {
    Instant until = NOW.plusSeconds(wait);
    Instant floor = NOW.plusSeconds(left);

    for (Slack slack : List.of(Slack.until(floor, "c" + seed), Slack.none("c" + seed))) {
      Instant limited = new RateLimited(until, "busy").retryAt(NOW, failures, slack);
      assertThat(limited).isBetween(until, until.plus(Duration.ofDays(1)));
      assertThat(new LimitReached(until, "spent").retryAt(NOW, failures, slack)).isEqualTo(limited);
      if (slack.floor().isPresent() && until.isBefore(floor)) {
        assertThat(limited).isBeforeOrEqualTo(floor);
      }
    }
  }

  @Test
  void whatHasWeeksLeftShouldSpreadOverDaysAfterALongOutage() {
    Instant floor = NOW.plus(Duration.ofDays(20));

    long[] hours =
        IntStream.range(0, 1_000)
            .mapToObj(n -> new Unreachable("away").retryAt(NOW, 14, Slack.until(floor, "c" + n)))
            .mapToLong(at -> Duration.between(NOW, at).toHours())
            .toArray();

    int busiest =
        IntStream.range(0, 24 * 20)
            .map(hour -> (int) IntStream.range(0, 1_000).filter(n -> hours[n] == hour).count())
            .max()
            .orElseThrow();
    assertThat(busiest).isLessThan(40);
    assertThat(LongStream.of(hours)).allMatch(hour -> hour >= 5 * 24 && hour <= 8 * 24);
  }

  @Test
  void whatHasNothingToLoseShouldTryAgainWithinTheHour() {
    assertThat(new Unreachable("away").retryAt(NOW, 40, Slack.none("mail")))
        .isBetween(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofMinutes(90)));
  }

  /** So that what is mended by hand in the last hours of a certificate is noticed in time. */
  @Test
  void inAnEmergencyWaitsShouldShrinkWithTheTimeThatIsLeft() {
    Instant now = NOW;
    Instant end = NOW.plus(Duration.ofHours(16));
    int attempts = 0;
    while (now.isBefore(end)) {
      now = new Rejected("unauthorized").retryAt(now, 7 + attempts++, Slack.ending(end, "mail"));
    }

    assertThat(attempts).isBetween(5, 16);
    assertThat(new Rejected("unauthorized").retryAt(NOW, 1, Slack.ending(end, "mail")))
        .isBetween(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofMinutes(90)));
  }

  @Test
  void theFirstRetryShouldBeSoonWhateverTimeIsLeft() {
    assertThat(
            new Unreachable("away")
                .retryAt(NOW, 1, Slack.until(NOW.plus(Duration.ofDays(50)), "mail")))
        .isBetween(NOW.plusSeconds(60), NOW.plusSeconds(90));
  }
}
