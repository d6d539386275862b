package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hybridtls.agent.inventory.RenewalHours.Opening;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalHoursTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T20:59:59Z, false",
    "2026-11-23T21:00:00Z, true", // 22:00 in Berlin
    "2026-11-23T23:30:00Z, true", // after midnight there
    "2026-11-24T03:59:59Z, true",
    "2026-11-24T04:00:00Z, false",
  })
  void aNightShouldBeOpenFromItsStartUpToItsEndOnTheNextDay(Instant time, boolean open) {
    assertThat(hours("22:00-05:00").isOpen(time)).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T22:59:59Z, false", // Friday
    "2026-11-27T23:00:00Z, true",
    "2026-11-29T22:59:59Z, true", // Sunday
    "2026-11-29T23:00:00Z, false",
  })
  void aWeekendShouldBeOpenForTwoWholeDays(Instant time, boolean open) {
    assertThat(hours("sat-sun 00:00-24:00").isOpen(time)).isEqualTo(open);
  }

  @Test
  void theDaysShouldBeThoseOnWhichTheTimeBegins() {
    RenewalHours friday = hours("fri 22:00-05:00");

    assertThat(friday.isOpen(Instant.parse("2026-11-28T03:00:00Z"))).isTrue();
    assertThat(friday.isOpen(Instant.parse("2026-11-27T03:00:00Z"))).isFalse();
    assertThat(hours("fri-mon 08:00-09:00").isOpen(Instant.parse("2026-11-30T07:30:00Z"))).isTrue();
    assertThat(hours("fri-mon 08:00-09:00").isOpen(Instant.parse("2026-12-01T07:30:00Z")))
        .isFalse();
  }

  /** On 28 March 2027 there is no time between 2:00 and 3:00 in Berlin. */
  @Test
  void theNextOpeningShouldBeInAFortnightWhenTheClocksLeaveNothingOfTheOneBefore() {
    RenewalHours hours = hours("sun 02:15-02:45");

    assertThat(hours.nextOpening(Instant.parse("2027-03-21T02:00:00Z")).map(Opening::start))
        .contains(Instant.parse("2027-04-04T00:15:00Z"));
  }

  @Test
  void theNextOpeningShouldBeTheFirstOfAll() {
    RenewalHours hours = hours("sat 10:00-11:00", "22:00-05:00");

    assertThat(hours.nextOpening(Instant.parse("2026-11-23T12:00:00Z")).map(Opening::start))
        .contains(Instant.parse("2026-11-23T21:00:00Z"));
    assertThat(hours.nextOpening(Instant.parse("2026-11-28T08:00:00Z")).map(Opening::start))
        .contains(Instant.parse("2026-11-28T09:00:00Z"));
    assertThat(hours.nextOpening(Instant.parse("2026-11-28T09:30:00Z"))).isEmpty();
  }

  /** 2027-03-28: 02:00 becomes 03:00. */
  @Test
  void anHourThatTheClockSkipsShouldNotOpen() {
    assertThat(hours("02:00-03:00").nextOpening(Instant.parse("2027-03-27T12:00:00Z")))
        .contains(opening("2027-03-29T00:00:00Z", "2027-03-29T01:00:00Z"));
    assertThat(hours("02:30-04:00").nextOpening(Instant.parse("2027-03-27T12:00:00Z")))
        .contains(opening("2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z"));
    assertThat(hours("sun 02:10-02:50").nextOpening(Instant.parse("2027-03-27T12:00:00Z")))
        .contains(opening("2027-04-04T00:10:00Z", "2027-04-04T00:50:00Z"));
  }

  /** 2027-10-31: 03:00 becomes 02:00 once more. */
  @Test
  void anHourThatTheClockRepeatsShouldBeOpenTwice() {
    assertThat(hours("02:15-02:45").nextOpening(Instant.parse("2027-10-30T12:00:00Z")))
        .contains(opening("2027-10-31T00:15:00Z", "2027-10-31T01:45:00Z"));
    assertThat(hours("22:00-05:00").nextOpening(Instant.parse("2027-10-30T12:00:00Z")))
        .contains(opening("2027-10-30T20:00:00Z", "2027-10-31T04:00:00Z"));
  }

  @Test
  void noHoursShouldBeNoRestriction() {
    assertThat(RenewalHours.ALWAYS.isOpen(Instant.EPOCH)).isTrue();
    assertThat(RenewalHours.ALWAYS.nextOpening(Instant.EPOCH)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "22-05",
        "22:00",
        "24:00-01:00",
        "22:00-05:60",
        "xyz 01:00-02:00",
        "01:00-01:00"
      })
  void whatIsNoTimeOfTheDayShouldBeRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DailyWindow.of(text));
  }

  private static RenewalHours hours(String... windows) {
    return new RenewalHours(Arrays.stream(windows).map(DailyWindow::of).toList(), BERLIN);
  }

  private static Opening opening(String start, String end) {
    return new Opening(Instant.parse(start), Instant.parse(end));
  }
}
