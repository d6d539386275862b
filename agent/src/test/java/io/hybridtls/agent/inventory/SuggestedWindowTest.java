package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SuggestedWindowTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  @Property(tries = 200)
  void theChosenInstantShouldLieInTheWindow(
      @ForAll @LongRange(min = 1, max = 1_000_000_000) long milliseconds, @ForAll long seed) {
    Instant end = START.plusMillis(milliseconds);

    assertThat(SuggestedWindow.choose(START, end, new SplittableRandom(seed)).renewAt())
        .isAfterOrEqualTo(START)
        .isBefore(end);
  }

  @Test
  void aWindowThatDoesNotEndAfterItStartsShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SuggestedWindow.choose(START, START, new SplittableRandom(1)))
        .withMessageContaining("not after its start");
  }

  @Test
  void anInstantOutsideOfTheWindowShouldBeRefused() {
    Instant end = START.plusSeconds(60);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SuggestedWindow(START, end, START.minusSeconds(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new SuggestedWindow(START, end, end));
  }
}
