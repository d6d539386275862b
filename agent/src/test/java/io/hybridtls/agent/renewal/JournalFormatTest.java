package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalFormatTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456Z");

  @Test
  void shouldReadWhatItWrote() throws Exception {
    JournalEntry full =
        new JournalEntry(
            Optional.of(NOW),
            3,
            Optional.of("the CA said \"no\"\nand hung up"),
            Optional.of(NOW.plusSeconds(60)),
            true,
            true,
            Optional.of("waiting"),
            Optional.of(7L));

    assertThat(JournalFormat.parse(JournalFormat.toJson(full))).isEqualTo(full);
    assertThat(JournalFormat.parse(JournalFormat.toJson(JournalEntry.NONE)))
        .isEqualTo(JournalEntry.NONE);
  }

  @Test
  void shouldRefuseWhatItDidNotWrite() {
    for (String json : List.of("[]", "", "null", "7", "{\"failures\": ")) {
      assertThatThrownBy(() -> JournalFormat.parse(json)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> JournalFormat.parse("{\"lastAttempt\": \"yesterday\"}"))
        .isInstanceOf(IOException.class);
  }
}
