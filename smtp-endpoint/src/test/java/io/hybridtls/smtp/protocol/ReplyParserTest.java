package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {

  private final ReplyParser parser = new ReplyParser();

  @Test
  void oneLineShouldBeAReply() throws Exception {
    assertThat(parse("250 2.1.5 Ok")).contains(SmtpReply.of(250, EnhancedStatus.of("2.1.5"), "Ok"));
  }

  @Test
  void severalLinesShouldBeOneReply() throws Exception {
    assertThat(parse("250-foo.example greets bar.example")).isEmpty();
    assertThat(parse("250-8BITMIME")).isEmpty();
    assertThat(parse("250-SIZE")).isEmpty();
    assertThat(parse("250 HELP"))
        .contains(SmtpReply.of(250, "foo.example greets bar.example", "8BITMIME", "SIZE", "HELP"));
  }

  @Test
  void theNextReplyShouldBeginAfresh() throws Exception {
    assertThat(parse("354 go on")).contains(SmtpReply.of(354, "go on"));
    assertThat(parse("250 done")).contains(SmtpReply.of(250, "done"));
  }

  @Test
  void missingTextShouldBeTolerated() throws Exception {
    assertThat(parse("250")).contains(SmtpReply.of(250, ""));
    assertThat(parse("250 ")).contains(SmtpReply.of(250, ""));
    assertThat(parse("250-")).isEmpty();
    assertThat(parse("250 2.0.0")).contains(SmtpReply.of(250, EnhancedStatus.of("2.0.0"), "", ""));
  }

  @Test
  void theLastStatusShouldCountAndComeOffEachLineThatHasIt() throws Exception {
    assertThat(parse("550-5.7.1 no")).isEmpty();
    assertThat(parse("550-5.7.10 other")).isEmpty();
    assertThat(parse("550-5.7.1 at all")).isEmpty();
    assertThat(parse("550 see the manual"))
        .contains(
            SmtpReply.of(
                550, EnhancedStatus.of("5.7.1"), "no", "5.7.10 other", "at all", "see the manual"));
  }

  @Test
  void aPermanentCodeShouldStayPermanentWhateverTheStatusSays() throws Exception {
    SmtpReply reply = parse("550 4.4.317 Cannot connect").orElseThrow();
    assertThat(reply.isPermanent()).isTrue();
    assertThat(reply.status()).contains(EnhancedStatus.of("4.4.317"));
  }

  @Test
  void unusualCodesShouldBeReadForTheirFirstDigit() throws Exception {
    assertThat(parse("299 odd").orElseThrow().isPositive()).isTrue();
    assertThat(parse("598 odd").orElseThrow().isPermanent()).isTrue();
  }

  @Test
  void theLastLineShouldDecideWhenCodesDiffer() throws Exception {
    assertThat(parse("250-fine")).isEmpty();
    assertThat(parse("550 not fine")).contains(SmtpReply.of(550, "fine", "not fine"));
  }

  @Test
  void octetsThatCannotStandInAReplyShouldNotReachTheLog() throws Exception {
    assertThat(parse("550 a\u001b[31m\r\u00ffb")).contains(SmtpReply.of(550, "a?[31m??b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "25",
        "2500 x",
        "150 x",
        "650 x",
        "abc x",
        "2\u00b20 x",
        "250\tx",
        "SSH-2"
      })
  void whatIsNoReplyShouldBeRefused(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void aReplyShouldHaveAnEnd() throws Exception {
    for (int i = 0; i < ReplyParser.MAX_LINES; i++) {
      assertThat(parse("250-more")).isEmpty();
    }
    assertThatThrownBy(() -> parse("250 last")).isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void aLineShouldHaveAnEnd() throws Exception {
    String prefix = "250 ";
    String most = "x".repeat(ReplyParser.MAX_LINE - "\r\n".length() - prefix.length());
    assertThat(parse(prefix + most)).isPresent();
    assertThatThrownBy(() -> parse(prefix + most + "x"))
        .isInstanceOf(MalformedReplyException.class);
  }

  @Property
  void whatIsEncodedShouldBeReadAgain(@ForAll("replies") SmtpReply reply) throws Exception {
    Optional<SmtpReply> read = Optional.empty();
    for (String line : new String(reply.encoded(), US_ASCII).split("\r\n", -1)) {
      read = line.isEmpty() ? read : parse(line);
    }
    assertThat(read).contains(reply);
  }

  @Provide
  Arbitrary<SmtpReply> replies() {
    Arbitrary<List<String>> lines =
        Arbitraries.strings().withChars("ab-(;").ofMaxLength(400).list().ofMinSize(1).ofMaxSize(5);
    Arbitrary<Optional<EnhancedStatus>> status =
        Arbitraries.of("2.0.0", "4.4.317", "5.7.999").map(EnhancedStatus::of).optional();
    return Combinators.combine(Arbitraries.integers().between(200, 599), status, lines)
        .as(SmtpReply::new);
  }

  private Optional<SmtpReply> parse(String line) throws MalformedReplyException {
    return parser.line(line.getBytes(ISO_8859_1));
  }
}
