package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeaderSectionTest {

  @Test
  void fieldsShouldBeCountedByNameInAnyCase() {
    HeaderSection header =
        of("Received: a\r\nSubject: x\r\nRECEIVED : b\r\nreceived\t:c\r\n\r\nReceived: body\r\n");
    assertThat(header.count("Received")).isEqualTo(3);
    assertThat(header.count("Subject")).isEqualTo(1);
  }

  @Test
  void foldedLinesAndLongerNamesShouldNotCount() {
    HeaderSection header =
        of("X-Received: a\r\n\tReceived: folded\r\n Received: folded\r\nReceived-SPF: b\r\n\r\n");
    assertThat(header.count("Received")).isZero();
  }

  @Test
  void theSectionShouldEndAtTheEmptyLine() {
    assertThat(of("A: b\r\n\r\nC: d\r\n").length()).isEqualTo("A: b\r\n".length());
    assertThat(of("\r\nA: b\r\n").length()).isZero();
  }

  @Test
  void contentWithoutAnEmptyLineShouldBeAllHeader() {
    HeaderSection header = of("A: b\r\nReceived: c");
    assertThat(header.length()).isEqualTo("A: b\r\nReceived: c".length());
    assertThat(header.count("Received")).isEqualTo(1);
    assertThat(of("").count("Received")).isZero();
    assertThat(of("Receiv").count("Received")).isZero();
  }

  @Test
  void octetsBeyondTheGivenLengthShouldNotBeLookedAt() {
    byte[] content = "A: b\r\nReceived: c\r\n".getBytes(US_ASCII);
    assertThat(HeaderSection.of(content, "A: b\r\n".length()).count("Received")).isZero();
  }

  private static HeaderSection of(String content) {
    byte[] octets = content.getBytes(US_ASCII);
    return HeaderSection.of(octets, octets.length);
  }
}
