package io.hybridtls.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnhancedStatusTest {

  @Test
  void aStatusShouldPrintAsItIsRead() {
    assertThat(EnhancedStatus.of("4.4.317")).hasToString("4.4.317");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5.7", "5.7.1.1", "3.0.0", "5.7.1000", "5.+7.1", "5.7.1 ", "a.b.c"})
  void anythingElseShouldBeRefused(String text) {
    assertThatThrownBy(() -> EnhancedStatus.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void onlyAStatusByItselfShouldStandInFrontOfText() {
    assertThat(EnhancedStatus.inFrontOf("5.7.1 no")).contains(EnhancedStatus.of("5.7.1"));
    assertThat(EnhancedStatus.inFrontOf("5.7.1")).contains(EnhancedStatus.of("5.7.1"));
    assertThat(EnhancedStatus.inFrontOf("5.7.1.9 is a version")).isEmpty();
    assertThat(EnhancedStatus.inFrontOf("no 5.7.1")).isEmpty();
  }
}
