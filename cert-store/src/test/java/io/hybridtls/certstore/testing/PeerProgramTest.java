package io.hybridtls.certstore.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerProgramTest {

  @Test
  void shouldFindAProgramThatEveryMachineHas() {
    assertThat(PeerProgram.find("sh")).isPresent();
  }

  @Test
  void shouldNotFindAProgramThatNobodyHas() {
    assertThat(PeerProgram.find("no-such-program-4711")).isEmpty();
  }
}
