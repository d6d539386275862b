package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.CA;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class RenewalAlarmTest {

  private final HeldCertificate held = CA.issue("mail.contoso.example");
  private final Instant end = held.notAfter();
  private final Duration tenth = held.lifetime().dividedBy(10);

  @Test
  void shouldBeLouderTheLessTimeIsLeft() {
    assertThat(levelAt(end.minus(tenth).minusSeconds(1))).isEqualTo(Level.WARN);
    assertThat(levelAt(end.minus(tenth))).isEqualTo(Level.ERROR);
    assertThat(levelAt(end.plusSeconds(1))).isEqualTo(Level.ERROR);
    assertThat(RenewalAlarm.level(Optional.empty(), end)).isEqualTo(Level.ERROR);
  }

  @Test
  void shouldSayHowMuchTimeIsLeft() {
    assertThat(RenewalAlarm.timeLeft(held, end.minus(Duration.ofDays(12))))
        .contains("valid for another 12 days, until " + end);
    assertThat(RenewalAlarm.timeLeft(held, end.minus(Duration.ofMinutes(125))))
        .contains("another 2 h 5 min");
    assertThat(RenewalAlarm.timeLeft(held, end)).isEqualTo("the one in use expired at " + end);
  }

  @Test
  void theKeyThatEndsFirstShouldCount() {
    HeldCertificate later = CA.leaf("mail.contoso.example").validity(end, end.plus(tenth)).issue();
    Generation live =
        new Generation(
            RenewalWorld.MAIL, 1, held.notBefore(), "internal", "test", List.of(later, held));

    assertThat(RenewalAlarm.level(Optional.of(live), end)).isEqualTo(Level.ERROR);
    assertThat(RenewalOutcome.unsuccessful("x", Optional.of(live), Optional.empty(), end))
        .isEqualTo(new RenewalOutcome.Failed("x", Optional.empty()));
    assertThat(
            RenewalOutcome.unsuccessful(
                "x", Optional.of(live), Optional.empty(), end.minusSeconds(1)))
        .isEqualTo(new RenewalOutcome.StillValid("x", end, Optional.empty()));
  }

  private Level levelAt(Instant now) {
    Generation live =
        new Generation(RenewalWorld.MAIL, 1, held.notBefore(), "internal", "test", held);
    return RenewalAlarm.level(Optional.of(live), now);
  }
}
