package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmtpReplyTest {

  private static final EnhancedStatus OK = EnhancedStatus.of("2.1.0");

  @Test
  void oneLineShouldHaveASpaceBehindItsCode() {
    assertThat(wire(SmtpReply.of(250, OK, "Ok"))).isEqualTo("250 2.1.0 Ok\r\n");
    assertThat(wire(SmtpReply.of(220, "mail.example ESMTP")))
        .isEqualTo("220 mail.example ESMTP\r\n");
  }

  @Test
  void severalLinesShouldCarryCodeAndStatusEach() {
    assertThat(wire(SmtpReply.of(250, OK, "one", "two", "three")))
        .isEqualTo("250-2.1.0 one\r\n250-2.1.0 two\r\n250 2.1.0 three\r\n");
  }

  @Test
  void aLineEndInTheTextShouldNotBecomeOneOnTheWire() {
    assertThat(wire(SmtpReply.of(250, OK, "a\r\n250 2.0.0 b\u0000\u00e9")))
        .isEqualTo("250 2.1.0 a??250 2.0.0 b??\r\n");
  }

  @Test
  void longTextShouldBeSentInLinesOf512Octets() {
    String[] lines = wire(SmtpReply.of(250, OK, "x".repeat(1_200))).split("(?<=\r\n)", -1);
    assertThat(lines).hasSize(4);
    assertThat(lines[0]).hasSize(512).startsWith("250-2.1.0 xx");
    assertThat(lines[1]).hasSize(512).startsWith("250-2.1.0 xx");
    assertThat(lines[2]).startsWith("250 2.1.0 xx").endsWith("\r\n");
  }

  private static String wire(SmtpReply reply) {
    return new String(reply.encoded(), US_ASCII);
  }
}
