package io.hybridtls.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomesTest {

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0, 5, 5", "5, 6, 6", "5, 1, 1", "1, 6, 1", "6, 0, 6"})
  void theWorstOutcomeShouldMakeTheExitCode(int one, int other, int code) {
    assertThat(Outcomes.worse(one, other)).isEqualTo(code);
    assertThat(Outcomes.worse(other, one)).isEqualTo(code);
  }
}
