package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {

  @Test
  void verbsShouldBeReadInAnyCase() {
    assertThat(parse("ehlo client.example")).isEqualTo(new SmtpCommand.Ehlo("client.example"));
    assertThat(parse("HeLo client.example")).isEqualTo(new SmtpCommand.Helo("client.example"));
    assertThat(parse("mAIL fROM:<a@b.example>")).isEqualTo(mail("a@b.example"));
    assertThat(parse("rcpt to:<a@b.example>")).isEqualTo(rcpt("a@b.example"));
    assertThat(parse("starttls")).isEqualTo(new SmtpCommand.StartTls());
  }

  @Test
  void commandsWithoutArgumentsShouldBeRead() {
    assertThat(parse("DATA")).isEqualTo(new SmtpCommand.Data());
    assertThat(parse("RSET")).isEqualTo(new SmtpCommand.Rset());
    assertThat(parse("QUIT")).isEqualTo(new SmtpCommand.Quit());
    assertThat(parse("NOOP")).isEqualTo(new SmtpCommand.Noop());
    assertThat(parse("HELP")).isEqualTo(new SmtpCommand.Help());
  }

  @Test
  void freeTextShouldFollowNoopHelpVrfyAndExpn() {
    assertThat(parse("NOOP are you there")).isEqualTo(new SmtpCommand.Noop());
    assertThat(parse("HELP MAIL")).isEqualTo(new SmtpCommand.Help());
    assertThat(parse("VRFY Crispin")).isEqualTo(new SmtpCommand.Vrfy());
    assertThat(parse("EXPN Example-People")).isEqualTo(new SmtpCommand.Expn());
  }

  @Test
  void trailingWhiteSpaceShouldBeIgnored() {
    assertThat(parse("QUIT \t ")).isEqualTo(new SmtpCommand.Quit());
    assertThat(parse("MAIL FROM:<a@b.example>  ")).isEqualTo(mail("a@b.example"));
  }

  @Test
  void aTrailingCarriageReturnShouldNotPassForWhiteSpace() {
    assertReply("QUIT\r", "500 5.5.2");
    assertReply("QUIT\n", "500 5.5.2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATA now", "RSET x", "QUIT x", "STARTTLS now"})
  void commandsThatTakeNoArgumentShouldRefuseOne(String line) {
    assertReply(line, "501 5.5.4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " QUIT", "MAIL:", "\u0016\u0003\u0001", "EHLO\u0000x", "ß"})
  void whatIsNoCommandShouldBeASyntaxError(String line) {
    assertReply(line, "500 5.5.2");
  }

  @Test
  void unknownVerbsShouldBeNamed() {
    assertThat(parse("xclient ADDR=1.2.3.4")).isEqualTo(new SmtpCommand.Unknown("XCLIENT"));
    assertThat(parse("GET / HTTP/1.1")).isEqualTo(new SmtpCommand.Unknown("GET"));
    assertThat(parse("X-ANONYMOUSTLS")).isEqualTo(new SmtpCommand.Unknown("X-ANONYMOUSTLS"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"client.example", "[192.0.2.1]", "[IPv6:2001:db8::1]", "LAPTOP_7", "localhost"})
  void clientsShouldBeTakenByTheNameTheyGive(String name) {
    assertThat(parse("EHLO " + name)).isEqualTo(new SmtpCommand.Ehlo(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "a(b)", "<x>", "a@b", "b\u00fccher.example", "a;b"})
  void clientNamesThatCannotStandInAReceivedFieldShouldBeRefused(String name) {
    assertReply("EHLO " + name, "501 5.5.4");
    assertReply("HELO " + name, "501 5.5.4");
  }

  @Test
  void theNullReversePathShouldBeRead() {
    assertThat(parse("MAIL FROM:<>"))
        .isEqualTo(new SmtpCommand.Mail(ReversePath.none(), MailParameters.none()));
    assertReply("RCPT TO:<>", "501 5.1.3");
  }

  @Test
  void postmasterShouldNeedNoDomain() {
    assertThat(parse("RCPT TO:<Postmaster>"))
        .isEqualTo(new SmtpCommand.Rcpt(new ForwardPath.Postmaster()));
    assertThat(parse("RCPT TO:<postmaster@b.example>")).isEqualTo(rcpt("postmaster@b.example"));
    assertReply("RCPT TO:<abuse>", "501 5.1.3");
    assertReply("MAIL FROM:<postmaster>", "501 5.1.7");
  }

  @Test
  void oneSpaceAfterTheColonShouldBeTolerated() {
    assertThat(parse("MAIL FROM: <a@b.example>")).isEqualTo(mail("a@b.example"));
    assertThat(parse("RCPT TO: <a@b.example>")).isEqualTo(rcpt("a@b.example"));
    assertReply("MAIL FROM:  <a@b.example>", "501 5.5.4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@relay.example:a@b.example",
        "@one.example,@two.example:a@b.example",
        "@[IPv6:2001:db8::1],@two.example:a@b.example"
      })
  void sourceRoutesShouldBeIgnored(String path) {
    assertThat(parse("RCPT TO:<" + path + ">")).isEqualTo(rcpt("a@b.example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@:a@b.example", "@a.example", "@a.example,b:a@b.example", "@a.example:"})
  void brokenSourceRoutesShouldBeRefused(String path) {
    assertReply("RCPT TO:<" + path + ">", "501 5.1.3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Fred.Bloggs@b.example",
        "\"Joe\\\\Blow\"@b.example",
        "\"a b\"@b.example",
        "\"a>b\"@b.example",
        "\"a@b\"@b.example",
        "\"\"@b.example",
        "\"a\\\"b\"@b.example",
        "!#$%&'*+-/=?^_`{|}~@b.example",
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "a@localhost"
      })
  void mailboxesOfTheGrammarShouldBeRead(String mailbox) {
    assertThat(parse("RCPT TO:<" + mailbox + ">")).isEqualTo(rcpt(mailbox));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "@b.example",
        "a@",
        "a@@b.example",
        ".a@b.example",
        "a.@b.example",
        "a..b@b.example",
        "a b@b.example",
        "a\"b\"@b.example",
        "\"a\"b\"\"@b.example",
        "a@*.b.example",
        "a@*",
        "a@-b.example",
        "a@b..example",
        "a@[300.0.2.1]",
        "a@[IPv6:fe80::1%eth0]",
        "a@[IPv6:.::1]",
        "a@[x:y]",
        "a@[192.0.2.1",
        "a@b.example,c"
      })
  void whatIsNoMailboxShouldBeRefused(String mailbox) {
    assertReply("MAIL FROM:<" + mailbox + ">", "501 5.1.7");
    assertReply("RCPT TO:<" + mailbox + ">", "501 5.1.3");
  }

  @Test
  void lengthsShouldBeThoseOfTheStandard() {
    assertThat(parse("RCPT TO:<" + "a".repeat(64) + "@b.example>"))
        .isInstanceOf(SmtpCommand.Rcpt.class);
    assertReply("RCPT TO:<" + "a".repeat(65) + "@b.example>", "501 5.1.3");
    String domain = ("d".repeat(49) + ".").repeat(5).substring(0, 252 - 64);
    assertThat(parse("RCPT TO:<" + "a".repeat(64) + "@" + domain + "d>"))
        .isInstanceOf(SmtpCommand.Rcpt.class);
    assertReply("RCPT TO:<" + "a".repeat(64) + "@" + domain + "dd>", "501 5.1.3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL",
        "MAIL <a@b.example>",
        "MAIL FROM",
        "MAIL FROM:",
        "MAIL FROM:a@b.example",
        "MAIL FROM:<a@b.example",
        "MAIL FROM:<\"a@b.example>",
        "MAIL FROM:<\"a\\\"@b.example>",
        "MAIL TO:<a@b.example>",
        "MAIL FROM:<a@b.example>SIZE=1",
        "RCPT FROM:<a@b.example>",
        "RCPT TO:a@b.example"
      })
  void argumentsOfAnotherShapeShouldBeRefused(String line) {
    assertReply(line, "501 5.5.4");
  }

  @Test
  void sizeAndBodyShouldBeRead() {
    assertThat(parse("MAIL FROM:<a@b.example> SIZE=1000 BODY=8BITMIME"))
        .isEqualTo(
            new SmtpCommand.Mail(
                ReversePath.of(EmailAddress.of("a@b.example")),
                new MailParameters(OptionalLong.of(1_000), BodyEncoding.EIGHT_BIT_MIME)));
    assertThat(parse("MAIL FROM:<a@b.example> body=7bit")).isEqualTo(mail("a@b.example"));
  }

  @Test
  void aSizeOfTwentyDigitsShouldNotOverflow() {
    assertThat(parse("MAIL FROM:<> SIZE=99999999999999999999"))
        .isEqualTo(
            new SmtpCommand.Mail(
                ReversePath.none(),
                new MailParameters(OptionalLong.of(Long.MAX_VALUE), BodyEncoding.SEVEN_BIT)));
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:<> SIZE=, 501 5.5.4",
    "MAIL FROM:<> SIZE, 501 5.5.4",
    "MAIL FROM:<> SIZE=-1, 501 5.5.4",
    "MAIL FROM:<> SIZE=1x, 501 5.5.4",
    "MAIL FROM:<> SIZE=100000000000000000000, 501 5.5.4",
    "MAIL FROM:<> SIZE=1 SIZE=2, 501 5.5.4",
    "MAIL FROM:<> =1, 501 5.5.4",
    "MAIL FROM:<> a(b)=1, 501 5.5.4",
    "MAIL FROM:<> BODY=BINARYMIME, 555 5.5.4",
    "MAIL FROM:<> BODY, 555 5.5.4",
    "MAIL FROM:<> SMTPUTF8, 555 5.5.4",
    "MAIL FROM:<> AUTH=<>, 555 5.5.4",
    "MAIL FROM:<> XOORG=contoso.example, 555 5.5.4",
    "RCPT TO:<a@b.example> NOTIFY=NEVER, 555 5.5.4"
  })
  void parametersThatAreBrokenOrNotOfferedShouldBeRefused(String line, String reply) {
    assertReply(line, reply);
  }

  @Test
  void addressesBeyondAsciiShouldBeRefusedAsNotOffered() {
    assertReply("MAIL FROM:<j\u00f6rg@b.example>", "550 5.6.7");
    assertReply("RCPT TO:<a@b\u00fccher.example>", "553 5.6.7");
  }

  private static SmtpCommand parse(String line) {
    return CommandParser.parse(line.getBytes(ISO_8859_1));
  }

  private static void assertReply(String line, String codes) {
    assertThat(parse(line))
        .as(line)
        .isInstanceOfSatisfying(
            SmtpCommand.Malformed.class,
            malformed -> assertThat(malformed.reply().toString()).startsWith(codes + " "));
  }

  private static SmtpCommand mail(String sender) {
    return new SmtpCommand.Mail(ReversePath.of(EmailAddress.of(sender)), MailParameters.none());
  }

  private static SmtpCommand rcpt(String recipient) {
    return new SmtpCommand.Rcpt(new ForwardPath.Mailbox(EmailAddress.of(recipient)));
  }
}
