package io.hybridtls.smtp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.SmtpReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpSessionTest {

  private final Conversation client = Conversation.plain();

  @Test
  void aSessionShouldBeginWithTheHostname() {
    assertThat(client.reply()).isEqualTo("220 mail.contoso.example ESMTP HybridTLS");
  }

  @Test
  void ehloShouldListWhatIsOffered() {
    assertThat(client.send("EHLO client.example").last().reply().orElseThrow().lines())
        .containsExactly(
            "mail.contoso.example",
            "PIPELINING",
            "SIZE 10000",
            "STARTTLS",
            "8BITMIME",
            "ENHANCEDSTATUSCODES");
  }

  @Test
  void heloShouldListNothing() {
    assertThat(client.send("HELO client.example").reply()).isEqualTo("250 mail.contoso.example");
  }

  /** The example of RFC 5321, appendix D.1, with two of the three recipients known. */
  @Test
  void aTypicalTransactionShouldGoAsInTheStandard() {
    client.send(
        "EHLO bar.example",
        "MAIL FROM:<Smith@bar.example>",
        "RCPT TO:<Jones@contoso.example>",
        "RCPT TO:<Green@foo.example>",
        "RCPT TO:<Brown@contoso.example>",
        "DATA");
    assertThat(client.codes()).containsExactly(220, 250, 250, 250, 550, 250, 354);
    MailTransaction mail = received();
    assertThat(mail.addresses())
        .containsExactly(
            EmailAddress.of("Jones@contoso.example"), EmailAddress.of("Brown@contoso.example"));
    assertThat(mail.sender()).hasToString("<Smith@bar.example>");
    assertThat(mail.hello()).isEqualTo(new Hello("bar.example", true));
    assertThat(client.accepted("1a2b").reply()).isEqualTo("250 2.0.0 Ok: queued as 1a2b");
    assertThat(client.send("QUIT").reply())
        .isEqualTo("221 2.0.0 mail.contoso.example closing connection");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
  }

  /** RFC 5321, appendix D.2: a transaction given up. */
  @Test
  void rsetShouldDropTheTransactionAndKeepTheIntroduction() {
    client.send(
        "EHLO bar.example",
        "MAIL FROM:<Smith@bar.example>",
        "RCPT TO:<Jones@contoso.example>",
        "RSET");
    assertThat(client.reply()).isEqualTo("250 2.0.0 Ok");
    assertThat(client.state().transaction()).isEmpty();
    assertThat(client.send("RCPT TO:<Jones@contoso.example>").reply()).startsWith("503 5.5.1");
    assertThat(client.send("MAIL FROM:<>").reply()).startsWith("250 2.1.0");
  }

  @Test
  void rsetBeforeAnIntroductionShouldNotStandForOne() {
    assertThat(client.send("RSET").reply()).startsWith("250");
    assertThat(client.send("MAIL FROM:<>").reply()).startsWith("503 5.5.1");
  }

  @Test
  void severalMessagesShouldGoThroughOneSession() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA");
    client.accepted("1").send("MAIL FROM:<>", "RCPT TO:<b@contoso.example>", "DATA");
    assertThat(received().addresses()).containsExactly(EmailAddress.of("b@contoso.example"));
  }

  @Test
  void aRefusedMessageShouldLeaveTheSessionReadyForTheNext() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA");
    SmtpReply full = SmtpReply.of(452, EnhancedStatus.of("4.3.1"), "No room");
    client.happens(state -> client.session().messageRefused(state, full));
    assertThat(client.reply()).isEqualTo("452 4.3.1 No room");
    assertThat(client.send("MAIL FROM:<>").reply()).startsWith("250");
  }

  @Test
  void eitherIntroductionShouldDropTheTransaction() {
    for (String hello : new String[] {"EHLO again.example", "HELO again.example"}) {
      client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", hello);
      assertThat(client.state().transaction()).isEmpty();
      assertThat(client.send("DATA").reply()).startsWith("503 5.5.1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:<>, 503 5.5.1",
    "RCPT TO:<a@contoso.example>, 503 5.5.1",
    "DATA, 503 5.5.1"
  })
  void mailShouldNotBeginBeforeAnIntroduction(String line, String codes) {
    assertThat(client.send(line).reply()).startsWith(codes);
  }

  @Test
  void mailShouldNotBeNested() {
    client.send("EHLO bar.example", "MAIL FROM:<a@bar.example>", "MAIL FROM:<b@bar.example>");
    assertThat(client.reply()).startsWith("503 5.5.1");
    assertThat(client.state().transaction().orElseThrow().sender()).hasToString("<a@bar.example>");
  }

  @Test
  void dataShouldNeedARecipientThatWasTaken() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@foo.example>", "DATA");
    assertThat(client.reply()).startsWith("554 5.5.1");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.None());
  }

  /** RFC 2920, section 3.1: a client sends on before it has seen a refusal. */
  @Test
  void aPipelinedTransactionWhoseSenderIsRefusedShouldComeToNothing() {
    client.send(
        "EHLO bar.example",
        "MAIL FROM:<x@spammer.example>",
        "RCPT TO:<a@contoso.example>",
        "DATA",
        "RSET");
    assertThat(client.codes()).containsExactly(220, 250, 550, 503, 503, 250);
  }

  @Test
  void aRefusalShouldTellTheOperatorMoreThanTheClient() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@foo.example>");
    assertThat(client.reply()).isEqualTo("550 5.7.1 Relay access denied");
    assertThat(client.last().reason()).contains("no connector permits a@foo.example");
  }

  @Test
  void parametersShouldReachTheTransaction() {
    client.send("EHLO bar.example", "MAIL FROM:<> SIZE=10000 BODY=8BITMIME");
    MailTransaction mail = client.state().transaction().orElseThrow();
    assertThat(mail.encoding()).isEqualTo(BodyEncoding.EIGHT_BIT_MIME);
    assertThat(mail.declaredSize()).hasValue(10_000);
  }

  @Test
  void aMessageDeclaredTooLargeShouldBeRefusedBeforeItIsSent() {
    client.send("EHLO bar.example", "MAIL FROM:<> SIZE=10001");
    assertThat(client.reply()).startsWith("552 5.3.4").contains("10000");
    assertThat(client.state().transaction()).isEmpty();
  }

  @Test
  void postmasterWithoutADomainShouldBeOurs() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<PostMaster>", "DATA");
    assertThat(received().addresses()).containsExactly(Conversation.POSTMASTER);
  }

  @Test
  void theConnectorsThatPermittedShouldBeNamed() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA");
    assertThat(received().connectors()).containsExactlyInAnyOrder("anybody", "local");
  }

  @Test
  void aRecipientGivenTwiceShouldGetOneCopy() {
    client.send(
        "EHLO bar.example",
        "MAIL FROM:<>",
        "RCPT TO:<a@contoso.example>",
        "RCPT TO:<a@CONTOSO.example>");
    assertThat(client.reply()).startsWith("250 2.1.5");
    assertThat(client.state().transaction().orElseThrow().recipients()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "NOOP, 250 2.0.0",
    "VRFY root, 252 2.5.0",
    "EXPN staff, 502 5.5.1",
    "HELP, 214 2.0.0",
    "TURN, 500 5.5.2",
    "BDAT 10 LAST, 500 5.5.2",
    "EHLO, 501 5.5.4",
    "QUIT, 221 2.0.0"
  })
  void otherCommandsShouldBeAnsweredAtAnyTime(String line, String codes) {
    assertThat(client.send(line).reply()).startsWith(codes);
    assertThat(Conversation.plain().send("EHLO b.example", "MAIL FROM:<>", line).reply())
        .startsWith(codes);
  }

  @Test
  void suchCommandsShouldLeaveTheTransactionAlone() {
    client.send(
        "EHLO bar.example",
        "MAIL FROM:<>",
        "NOOP",
        "VRFY root",
        "HELP",
        "nonsense",
        "RCPT TO:<a@contoso.example>",
        "DATA");
    assertThat(received().addresses()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1", "POST /x HTTP/1.1", "CONNECT a:25 HTTP/1.1"})
  void aBrowserShouldBeShownTheDoor(String line) {
    client.send(line, "MAIL FROM:<>");
    assertThat(client.codes()).containsExactly(220, 421);
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
  }

  @Test
  void inputsThatTheStateCannotHaveShouldBeAFaultOfTheCaller() {
    assertThatThrownBy(() -> client.accepted("1")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.secured(Conversation.VERIFIED))
        .isInstanceOf(IllegalStateException.class);
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA");
    assertThatThrownBy(() -> client.send("NOOP"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Receiving");
  }

  private MailTransaction received() {
    assertThat(client.last().effect()).isInstanceOf(SessionEffect.ReceiveMessage.class);
    return ((SessionEffect.ReceiveMessage) client.last().effect()).transaction();
  }
}
