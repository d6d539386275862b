package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageDataDecoderTest {

  private static final long NO_LIMIT = 1_000_000;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private MessageDataDecoder decoder = new MessageDataDecoder(NO_LIMIT, content::write);

  @Test
  void theLineWithTheSingleDotShouldEndTheData() {
    assertThat(decode("Subject: x\r\n\r\nHi\r\n.\r\n")).isEqualTo("Subject: x\r\n\r\nHi\r\n");
    assertThat(decoder.isComplete()).isTrue();
    assertThat(decoder.defect()).isEmpty();
    assertThat(decoder.size()).isEqualTo("Subject: x\r\n\r\nHi\r\n".length());
  }

  @Test
  void theDotDirectlyAfterDataShouldEndAnEmptyMessage() {
    assertThat(decode(".\r\n")).isEmpty();
    assertThat(decoder.isComplete()).isTrue();
    assertThat(decoder.size()).isZero();
  }

  @Test
  void dotsOfTransparencyShouldComeOff() {
    assertThat(decode("..\r\n...\r\n.a\r\na.b\r\n a.\r\n.\r\n"))
        .isEqualTo(".\r\n..\r\na\r\na.b\r\n a.\r\n");
  }

  @Test
  void whatFollowsTheEndShouldStayUntouched() {
    byte[] wire = "a\r\n.\r\nQUIT\r\n".getBytes(ISO_8859_1);
    assertThat(decoder.decode(wire, 0, wire.length)).isEqualTo("a\r\n.\r\n".length());
    assertThat(decoder.decode(wire, 6, wire.length - 6)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void buffersShouldBeReadUpToTheEndOfTheData(boolean direct) {
    byte[] wire = ("xx" + "0123456789\r\n".repeat(2_000) + ".\r\nQUIT\r\n").getBytes(ISO_8859_1);
    ByteBuffer input = direct ? ByteBuffer.allocateDirect(wire.length) : ByteBuffer.wrap(wire);
    if (direct) {
      input.put(wire).flip();
    }
    input.position(2);
    assertThat(decoder.decode(input)).isTrue();
    assertThat(input.remaining()).isEqualTo("QUIT\r\n".length());
    assertThat(content.toString(ISO_8859_1)).isEqualTo("0123456789\r\n".repeat(2_000));
  }

  @Test
  void sliceOfAnArrayShouldBeReadFromItsOwnBeginning() {
    ByteBuffer input = ByteBuffer.wrap("xxxa\r\n.\r\nyy".getBytes(ISO_8859_1), 3, 6).slice();
    assertThat(decoder.decode(input)).isTrue();
    assertThat(content.toString(ISO_8859_1)).isEqualTo("a\r\n");
    assertThat(input.position()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({
    "a\\nb\\r\\n, BARE_LF",
    "\\na\\r\\n, BARE_LF",
    ".\\na\\r\\n, BARE_LF",
    "a\\rb\\r\\n, BARE_CR",
    "a\\r\\r\\n, BARE_CR",
    ".\\ra\\r\\n, BARE_CR",
    ".\\r\\r\\n, BARE_CR",
    "a\\0b\\r\\n, NUL",
    "\\0\\r\\n, NUL",
    ".\\0\\r\\n, NUL",
    "a\\rb\\nc\\r\\n, BARE_CR",
    "a\\nb\\rc\\r\\n, BARE_LF"
  })
  void contentOutsideTheStandardShouldBeReadToItsEndAndFlagged(
      String wire, ContentDefect expected) {
    decode(unescaped(wire) + ".\r\n");
    assertThat(decoder.isComplete()).isTrue();
    assertThat(decoder.defect()).contains(expected);
  }

  /** What ends data for servers that can be smuggled past (CVE-2023-51764, 51765 and 51766). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\n.\\r\\n",
        "\\n.\\n",
        "\\r\\n.\\n",
        "\\r.\\r",
        "\\r.\\r\\n",
        "\\r.\\n",
        "\\n.\\r",
        "\\r\\n.\\r",
        "\\r\\n.\\r\\r\\n",
        "\\r\\n.\\0\\r\\n",
        "\\r\\n\\0.\\r\\n",
        "\\r\\0\\n.\\r\\n",
        "\\r\\n.\\r\\0\\n",
        "\\r\\r\\n.\\r.\\r\\n"
      })
  void smuggledEndsShouldNotEndTheData(String smuggled) {
    decode("a" + unescaped(smuggled) + "MAIL FROM:<evil@b.example>");
    assertThat(decoder.isComplete()).isFalse();
    assertThat(decoder.defect()).isPresent();
    decode("\r\n.\r\n");
    assertThat(decoder.isComplete()).isTrue();
  }

  @Test
  void octetsAbove127AndTabsShouldBeContent() {
    assertThat(decode("\u00ff\u0080\t\u000b\u0001\r\n.\r\n"))
        .isEqualTo("\u00ff\u0080\t\u000b\u0001\r\n");
    assertThat(decoder.defect()).isEmpty();
  }

  @Test
  void aLineShouldHaveUpTo1000OctetsWithItsEnd() {
    String longest = "x".repeat(998) + "\r\n";
    assertThat(decode(longest + "." + longest + ".\r\n")).isEqualTo(longest + longest);
    assertThat(decoder.defect()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 5_000})
  void aLongerLineShouldBeFlagged(int length) {
    decode("a\r\n" + "x".repeat(length) + "\r\n.\r\n");
    assertThat(decoder.defect()).contains(ContentDefect.LONG_LINE);
    assertThat(decoder.isComplete()).isTrue();
  }

  @Test
  void controlsShouldCountForTheLengthOfALine() {
    decode("x".repeat(997) + "\t\r\n");
    assertThat(decoder.defect()).isEmpty();
    decode("x".repeat(998) + "\t\r\n");
    assertThat(decoder.defect()).contains(ContentDefect.LONG_LINE);
  }

  @Test
  void contentUpToTheLimitShouldBeTakenAndOneOctetMoreNot() {
    decoder = new MessageDataDecoder(10, content::write);
    assertThat(decode("12345678\r\n.\r\n")).isEqualTo("12345678\r\n");
    assertThat(decoder.defect()).isEmpty();

    decoder = new MessageDataDecoder(9, content::write);
    decode("12345678\r\n.\r\n");
    assertThat(decoder.defect()).contains(ContentDefect.TOO_LARGE);
    assertThat(decoder.size()).isEqualTo(10);
  }

  @Test
  void nothingMoreShouldBeStoredOnceTheLimitIsPassed() {
    decoder = new MessageDataDecoder(100, content::write);
    for (int i = 0; i < 1_000; i++) {
      decode("12345678\r\n");
    }
    assertThat(content.size()).isLessThanOrEqualTo(100);
    assertThat(decoder.size()).isEqualTo(10_000);
  }

  @Test
  void defectsShouldHaveAReplyWithAPermanentCode() {
    for (ContentDefect defect : ContentDefect.values()) {
      assertThat(defect.reply().isPermanent()).isTrue();
    }
    assertThat(ContentDefect.TOO_LARGE.reply().toString()).startsWith("552 5.3.4 ");
    assertThat(ContentDefect.BARE_LF.reply().toString()).startsWith("554 5.6.0 ");
  }

  private String decode(String wire) {
    byte[] octets = wire.getBytes(ISO_8859_1);
    decoder.decode(octets, 0, octets.length);
    return content.toString(ISO_8859_1);
  }

  private static String unescaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
  }
}
