package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftRecordTest {

  private static final DraftRecord FRESH =
      DraftRecord.of("ca", "ec-p256", List.of("mail.contoso.example", "192.0.2.7"), 3);

  @Test
  void shouldReadWhatItHasWritten() throws Exception {
    DraftRecord placed = FRESH.placed("https://ca.example/order/1", Instant.EPOCH);

    assertThat(DraftRecord.parse(FRESH.toJson())).isEqualTo(FRESH);
    assertThat(DraftRecord.parse(placed.toJson())).isEqualTo(placed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "",
        "null",
        "{}",
        "{\"issuer\":\"ca\",\"key\":\"ec-p256\",\"identifiers\":[]}",
        "{\"issuer\":\"ca\",\"key\":\"ec-p256\",\"identifiers\":[],\"since\":\"x\"}",
        "{\"issuer\":\"ca\",\"key\":\"ec-p256\",\"identifiers\":[],\"since\":0,"
            + "\"placedAt\":\"yesterday\"}"
      })
  void shouldNotReadWhatIsDamaged(String json) {
    assertThatThrownBy(() -> DraftRecord.parse(json)).isInstanceOf(IOException.class);
  }

  @Test
  void shouldBeTakenUpByTheSameRequestWhateverIsPlaced() {
    assertThat(FRESH.isTakenUpBy(FRESH.placed("order", Instant.EPOCH))).isTrue();
    assertThat(FRESH.isTakenUpBy(DraftRecord.of("ca", "ec-p256", FRESH.identifiers(), 4)))
        .isFalse();
    assertThat(FRESH.isTakenUpBy(DraftRecord.of("ca", "ec-p256", List.of("192.0.2.7"), 3)))
        .isFalse();
  }
}
