package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClockPauseTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void shouldReturnAtOnceWhenTheInstantHasCome() throws Exception {
    Pause pause = Pause.by(InstantSource.fixed(NOW));

    pause.until(NOW);
    pause.until(NOW.minusSeconds(1));
  }

  @Test
  void shouldLookAtTheClockAgainBeforeItReturns() throws Exception {
    Iterator<Instant> readings = List.of(NOW, NOW.plusMillis(1), NOW.plusMillis(2)).iterator();

    Pause.by(readings::next).until(NOW.plusMillis(2));

    assertThat(readings).isExhausted();
  }

  @Test
  void shouldEndWhenItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Pause.by(InstantSource.fixed(NOW)).until(NOW.plusSeconds(60)))
        .isInstanceOf(InterruptedException.class);
  }
}
