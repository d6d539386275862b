package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageDataEncoderTest {

  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
  private final MessageDataEncoder encoder = new MessageDataEncoder(wire::write);

  @Test
  void linesThatBeginWithADotShouldGetAnother() {
    assertThat(encoded(".\r\n..\r\na.b\r\n.a\r\n")).isEqualTo("..\r\n...\r\na.b\r\n..a\r\n.\r\n");
  }

  @Test
  void contentWithoutAFinalLineEndShouldGetOne() {
    assertThat(encoded("a")).isEqualTo("a\r\n.\r\n");
  }

  @Test
  void emptyContentShouldBeTheFinalDotAlone() {
    assertThat(encoded("")).isEqualTo(".\r\n");
  }

  @Test
  void partsShouldBeOneContent() {
    for (String part : new String[] {".", "\r", "\n", ".", ".", "\r\n", ".x"}) {
      write(part);
    }
    encoder.finish();
    assertThat(wire.toString(ISO_8859_1)).isEqualTo("..\r\n...\r\n..x\r\n.\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "a\nb", "a\rb", "a\r\r\n", "a\r\n\n", "\r", "a\n.\r\n", "a\r\n.\n"})
  void aBareLineEndShouldNeverLeave(String content) {
    assertThatThrownBy(() -> encoded(content))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bare");
    assertThat(wire.toString(ISO_8859_1)).doesNotContainPattern("[^\r]\n|\r(?!\n)|\r\n\\.\r\n");
    assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingShouldFollowTheEnd() {
    encoder.finish();
    assertThatThrownBy(() -> write("more")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
  }

  private String encoded(String content) {
    write(content);
    encoder.finish();
    return wire.toString(ISO_8859_1);
  }

  private void write(String content) {
    byte[] octets = content.getBytes(ISO_8859_1);
    encoder.encode(octets, 0, octets.length);
  }
}
