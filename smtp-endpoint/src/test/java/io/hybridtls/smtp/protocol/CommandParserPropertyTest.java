package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CommandParserPropertyTest {

  @Property
  void anyOctetsShouldGiveACommand(@ForAll byte[] line) {
    assertThat(CommandParser.parse(line)).isNotNull();
  }

  @Property
  void nearlyRightLinesShouldGiveACommandOrARefusal(@ForAll("nearlyRight") String line) {
    SmtpCommand command = CommandParser.parse(line.getBytes(ISO_8859_1));
    if (command instanceof SmtpCommand.Malformed malformed) {
      assertThat(malformed.reply().isPermanent()).isTrue();
      assertThat(malformed.reply().status()).isPresent();
    }
  }

  /** Whatever the parser takes for an address can be put on the wire again and means the same. */
  @Property
  void acceptedPathsShouldSurviveAnotherHop(@ForAll("paths") String path) {
    String line = "MAIL FROM:<" + path + ">";
    if (CommandParser.parse(line.getBytes(ISO_8859_1)) instanceof SmtpCommand.Mail mail) {
      assertThat(CommandParser.parse(("MAIL FROM:" + mail.sender()).getBytes(ISO_8859_1)))
          .isEqualTo(mail);
    }
  }

  @Provide
  Arbitrary<String> nearlyRight() {
    Arbitrary<String> start =
        Arbitraries.of("MAIL FROM:", "RCPT TO:", "EHLO ", "MAIL FROM:<a@b.example> ", "NOOP ");
    return Combinators.combine(start, paths(), Arbitraries.of("", "<", ">", " SIZE=1"))
        .as((verb, path, end) -> verb + "<" + path + ">" + end);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of(
            "a",
            "b.example",
            "@",
            ".",
            "\"",
            "\\",
            "<",
            ">",
            " ",
            "[",
            "]",
            "IPv6:",
            "::1",
            ":",
            ",",
            "192.0.2.1",
            "postmaster",
            "xn--",
            "-",
            "\u00e9",
            "\t",
            "A",
            "_")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }
}
