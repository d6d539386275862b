package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OriginalHeadersTest {

  private static String read(String body) throws IOException {
    return OriginalHeaders.read(
        new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void readShouldStopAtTheEmptyLine() throws Exception {
    assertThat(read("Subject: a\r\nX: b\r\n\r\nSecret: c\r\n\r\n"))
        .isEqualTo("Subject: a\r\nX: b\r\n");
  }

  @Test
  void readShouldTakeAMessageWithoutBody() throws Exception {
    assertThat(read("Subject: a\r\n")).isEqualTo("Subject: a\r\n");
  }

  @Test
  void readShouldTakeAMessageWithoutHeaders() throws Exception {
    assertThat(read("\r\nbody\r\n\r\n")).isEmpty();
    assertThat(read("")).isEmpty();
  }

  @Test
  void readShouldCutAtAWholeLine() throws Exception {
    String line = "X-Padding: 0123456789\r\n";

    String headers = read(line.repeat(10_000) + "\r\nbody\r\n");

    assertThat(headers).endsWith(line).hasSizeBetween(32_000, 32_768);
    assertThat(headers.length() % line.length()).isZero();
  }
}
