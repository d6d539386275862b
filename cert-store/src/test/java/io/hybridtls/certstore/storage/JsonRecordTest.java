package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonRecordTest {

  @Test
  void shouldReadWhatItWrote() throws Exception {
    Map<String, Object> fields = Map.of("text", "a \"b\"\nc", "list", List.of(1, 2));

    assertThat(JsonRecord.parse(JsonRecord.toText(fields))).isEqualTo(fields);
  }

  @Test
  void whatIsNoObjectShouldBeRefusedInOneLineThatNamesNoParser() {
    for (String damaged : List.of("garbage", "{\"a\":", "[]", "\u0000\u0000", "null")) {
      assertThatThrownBy(() -> JsonRecord.parse(damaged))
          .as(damaged)
          .isInstanceOf(IOException.class)
          .message()
          .doesNotContain("\n", "REDACTED", "StreamReadFeature");
    }
  }
}
