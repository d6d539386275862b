package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.RenewalDecision.Due;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The policy on dates alone: several keys, and hours. */
class RenewalByDatesTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final ValidityPeriod QUARTER = period(Duration.ofDays(90), 7);
  private static final RenewalHours NIGHTS = hours("22:00-05:00");

  private final RenewalPolicy policy = new RenewalPolicy();

  @Test
  void theEarliestOfSeveralKeysShouldDecide() {
    ValidityPeriod week = period(Duration.ofHours(160), 8);

    assertThat(renewAt(List.of(QUARTER, week), RenewalHours.ALWAYS)).isEqualTo(week.planned());
    assertThat(
            policy
                .decide(
                    List.of(QUARTER, week),
                    Optional.empty(),
                    RenewalHours.ALWAYS,
                    week.floor().plusSeconds(1))
                .isEmergency())
        .isTrue();
  }

  @Test
  void anInstantOutsideOfTheHoursShouldMoveToTheNextOpeningWithTheReason() {
    Instant planned = QUARTER.planned();
    RenewalHours elsewhen = after(planned);

    NotDue decision = (NotDue) decide(elsewhen, START);

    assertThat(elsewhen.isOpen(decision.renewAt())).isTrue();
    assertThat(decision.renewAt()).isAfter(planned).isBefore(planned.plus(Duration.ofDays(1)));
    assertThat(decision.reason())
        .isEqualTo(
            "it is renewed after two thirds of its lifetime, which ends at "
                + QUARTER.notAfter()
                + "; planned for "
                + planned
                + ", and moved to the next opening of only-between "
                + elsewhen.describe());
    assertThat(decide(elsewhen, decision.renewAt().minusSeconds(1)).isDue()).isFalse();
    assertThat(decide(elsewhen, decision.renewAt()).isDue()).isTrue();
  }

  @Test
  void anInstantWithinTheHoursShouldStay() {
    Instant planned = QUARTER.planned();
    RenewalHours then = around(planned);

    assertThat(renewAt(List.of(QUARTER), then)).isEqualTo(planned);
    assertThat(decide(then, planned)).isInstanceOf(Due.class);
  }

  @Test
  void whatFailedInItsHoursShouldWaitForTheNextOnes() {
    Instant noon =
        QUARTER
            .planned()
            .plus(Duration.ofDays(3))
            .atZone(NIGHTS.zone())
            .toLocalDate()
            .atTime(12, 0)
            .atZone(NIGHTS.zone())
            .toInstant();

    NotDue decision = (NotDue) decide(NIGHTS, noon);

    assertThat(decision.renewAt()).isEqualTo(noon.plus(Duration.ofHours(10)));
    assertThat(decide(NIGHTS, decision.renewAt().minusSeconds(1))).isEqualTo(decision);
    assertThat(decide(NIGHTS, decision.renewAt()).isDue()).isTrue();
  }

  @Test
  void hoursThatOpenTooLateShouldBePassedOverAndSaid() {
    ValidityPeriod hour = period(Duration.ofHours(6), 1);
    RenewalHours yearly = hours("mon 03:00-03:10");

    RenewalDecision decision =
        policy.decide(List.of(hour), Optional.empty(), yearly, hour.planned());

    assertThat(decision).isInstanceOf(Due.class);
    assertThat(decision.reason())
        .endsWith(
            "; only-between mon 03:00-03:10 (Europe/Berlin) opens too late for it, and is"
                + " passed over");
  }

  @Test
  void aSuggestionThatNoCalendarHasShouldBeFollowedInTheNextHours() {
    SuggestedWindow ended =
        new SuggestedWindow(Instant.MIN, Instant.MIN.plusSeconds(60), Instant.MIN);
    SuggestedWindow endless = new SuggestedWindow(Instant.MIN, Instant.MAX, Instant.MIN);
    SuggestedWindow never =
        new SuggestedWindow(Instant.MAX.minusSeconds(60), Instant.MAX, Instant.MAX.minusSeconds(1));
    Instant day = QUARTER.notBefore().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.DAYS);
    Instant noon = day.plus(Duration.ofHours(12));

    for (SuggestedWindow window : List.of(ended, endless)) {
      assertThat(policy.decide(List.of(QUARTER), Optional.of(window), NIGHTS, noon))
          .isInstanceOfSatisfying(
              NotDue.class,
              later -> assertThat(later.renewAt()).isBefore(noon.plus(Duration.ofDays(1))));
      assertThat(policy.decide(List.of(QUARTER), Optional.of(window), NIGHTS, day).isDue())
          .isTrue();
    }
    assertThat(policy.decide(List.of(QUARTER), Optional.of(never), NIGHTS, noon).isDue()).isFalse();
  }

  @Test
  void anEmergencyShouldNotWaitForAnyHour() {
    Instant late = QUARTER.floor().plusSeconds(1);

    assertThat(decide(after(late), late).isEmergency()).isTrue();
  }

  @Property(tries = 300)
  void hoursShouldNeverDelayBeyondTheFloor(
      @ForAll @LongRange(min = 3_600, max = 20_000_000) long seconds, @ForAll long seed) {
    ValidityPeriod period = period(Duration.ofSeconds(seconds), seed);

    for (RenewalHours hours : List.of(NIGHTS, hours("sun 04:00-04:30"), RenewalHours.ALWAYS)) {
      Instant renewAt = renewAt(List.of(period), hours);
      assertThat(renewAt).isBetween(period.notBefore(), period.floor());
      assertThat(policy.decide(List.of(period), Optional.empty(), hours, renewAt).isDue()).isTrue();
    }
  }

  /** Parts of a thousand: of the lifetime, and of the time up to what is announced. */
  @Property(tries = 3_000)
  void whatIsAnnouncedShouldStayAndComeTrue(
      @ForAll @LongRange(min = 21_600, max = 20_000_000) long seconds,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 999) int from,
      @ForAll @IntRange(min = 0, max = 999) int now,
      @ForAll @IntRange(min = 0, max = 999) int later) {
    ValidityPeriod period = period(Duration.ofSeconds(seconds), seed);
    Instant begin = START.plusSeconds(seconds * from / 1_000);
    SuggestedWindow window =
        SuggestedWindow.choose(begin, begin.plusSeconds(1 + seconds / 20), new Random(seed));

    for (Optional<SuggestedWindow> said : List.of(Optional.of(window), noWindow())) {
      for (RenewalHours hours : List.of(NIGHTS, hours("sun 02:00-04:30"), hours("01:30-01:50"))) {
        Instant first = START.plusSeconds(seconds * now / 1_000);
        if (policy.decide(List.of(period), said, hours, first) instanceof NotDue announced) {
          Duration left = Duration.between(first, announced.renewAt());
          Instant second = first.plus(left.multipliedBy(later).dividedBy(1_000));
          assertThat(policy.decide(List.of(period), said, hours, second))
              .isInstanceOfSatisfying(
                  NotDue.class,
                  still -> assertThat(still.renewAt()).isEqualTo(announced.renewAt()));
          assertThat(policy.decide(List.of(period), said, hours, announced.renewAt()).isDue())
              .isTrue();
        }
      }
    }
  }

  private static Optional<SuggestedWindow> noWindow() {
    return Optional.empty();
  }

  @Property(tries = 300)
  void thePlannedInstantShouldLieInTheSpreadBeforeItsShareIsUsed(
      @ForAll @LongRange(min = 864_000, max = 20_000_000) long seconds, @ForAll long seed) {
    ValidityPeriod period = period(Duration.ofSeconds(seconds), seed);

    assertThat(Duration.between(period.notBefore(), period.planned()).toSeconds())
        .isBetween(seconds * 56 / 100, seconds * 2 / 3 + 1);
  }

  private Instant renewAt(List<ValidityPeriod> periods, RenewalHours hours) {
    return ((NotDue) policy.decide(periods, Optional.empty(), hours, START)).renewAt();
  }

  private RenewalDecision decide(RenewalHours hours, Instant now) {
    return policy.decide(List.of(QUARTER), Optional.empty(), hours, now);
  }

  private static ValidityPeriod period(Duration lifetime, long seed) {
    return new ValidityPeriod(START, START.plus(lifetime), seed);
  }

  /** Half an hour that begins an hour after {@code time}, each day. */
  private static RenewalHours after(Instant time) {
    return slot(time.plus(Duration.ofHours(1)), Duration.ofMinutes(30));
  }

  private static RenewalHours around(Instant time) {
    return slot(time.minus(Duration.ofMinutes(30)), Duration.ofHours(1));
  }

  private static RenewalHours slot(Instant start, Duration length) {
    String from = start.atZone(NIGHTS.zone()).toLocalTime().toString().substring(0, 5);
    String to = start.plus(length).atZone(NIGHTS.zone()).toLocalTime().toString().substring(0, 5);
    return hours(from + "-" + to);
  }

  private static RenewalHours hours(String window) {
    return new RenewalHours(List.of(DailyWindow.of(window)), ZoneId.of("Europe/Berlin"));
  }
}
