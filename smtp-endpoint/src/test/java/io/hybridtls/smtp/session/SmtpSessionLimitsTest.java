package io.hybridtls.smtp.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.protocol.ContentDefect;
import io.hybridtls.smtp.protocol.HeaderSection;
import io.hybridtls.smtp.protocol.SmtpCommand;
import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Three recipients, five errors and thirty hops, as {@link Conversation#LIMITS} has it. */
class SmtpSessionLimitsTest {

  private final Conversation client = Conversation.plain();

  @Test
  void recipientsBeyondTheLimitShouldBeDeferredAndTheRestKept() {
    client.send("EHLO bar.example", "MAIL FROM:<>");
    for (int i = 1; i <= 10; i++) {
      client.send("RCPT TO:<r" + i + "@contoso.example>");
      assertThat(client.reply()).startsWith(i <= 3 ? "250 2.1.5" : "452 4.5.3");
    }
    client.send("DATA");
    assertThat(client.state().transaction().orElseThrow().recipients()).hasSize(3);
  }

  @Test
  void moreErrorsThanTheLimitShouldEndTheSession() {
    client.send("x1", "x2", "x3", "x4", "x5");
    assertThat(client.reply()).startsWith("500 5.5.2");
    client.send("x6");
    assertThat(client.reply())
        .isEqualTo("421 4.7.0 mail.contoso.example too many errors, closing connection");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
    assertThat(client.last().reason().orElseThrow()).contains("5.5.2");
  }

  @Test
  void refusedRecipientsAndMessagesShouldCountAsErrors() {
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@foo.example>", "DATA");
    assertThat(client.state().errors()).isEqualTo(2);
    client.send("RCPT TO:<a@contoso.example>", "DATA");
    client.happens(state -> client.session().messageRefused(state, ContentDefect.BARE_LF.reply()));
    assertThat(client.state().errors()).isEqualTo(3);
  }

  @Test
  void anAcceptedMessageShouldPutTheCountBack() {
    client.send("EHLO bar.example", "x", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA");
    assertThat(client.accepted("1").state().errors()).isZero();
  }

  @Test
  void errorsShouldNotBeForgottenWithTls() {
    client.send("x1", "x2", "STARTTLS").secured(Conversation.VERIFIED);
    assertThat(client.state().errors()).isEqualTo(2);
  }

  @Test
  void aLineThatIsTooLongShouldBeAnError() {
    client.happens(client.session()::lineTooLong);
    assertThat(client.reply()).startsWith("500 5.5.2");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.None());
    assertThat(client.state().errors()).isEqualTo(1);
  }

  @Test
  void aBareLineEndInACommandShouldEndTheSession() {
    client.happens(client.session()::badLineEnding);
    assertThat(client.reply()).startsWith("500 5.5.2");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
  }

  @Test
  void silenceShouldEndTheSessionInAnyState() {
    endsInAnyState(SmtpSession::timedOut, "421 4.4.2");
  }

  @Test
  void shuttingDownShouldEndTheSessionInAnyState() {
    endsInAnyState(SmtpSession::shuttingDown, "421 4.3.2");
  }

  @Test
  void nothingShouldBeAnsweredAfterTheEnd() {
    client.send("QUIT");
    client.happens(state -> client.session().timedOut(state));
    assertThat(client.last().reply()).isEmpty();
    client.happens(state -> client.session().command(state, new SmtpCommand.Noop()));
    assertThat(client.last().reply()).isEmpty();
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
  }

  @Test
  void aMessageWithMoreHopsThanTheLimitShouldBeInALoop() {
    assertThat(refusalOf("Received: by x\r\n".repeat(30) + "\r\n")).isEmpty();
    assertThat(refusalOf("Received: by x\r\n".repeat(31) + "\r\n").map(SmtpReply::toString))
        .hasValueSatisfying(reply -> assertThat(reply).startsWith("554 5.4.6"));
  }

  private Optional<SmtpReply> refusalOf(String content) {
    return client
        .session()
        .refusalOf(HeaderSection.of(content.getBytes(US_ASCII), content.length()));
  }

  private static void endsInAnyState(
      BiFunction<SmtpSession, SessionState, SessionStep> input, String codes) {
    String[] lines = {"EHLO b.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "DATA"};
    for (int sent = 0; sent <= lines.length; sent++) {
      Conversation client = Conversation.plain();
      client.send(Arrays.copyOf(lines, sent));
      client.happens(state -> input.apply(client.session(), state));
      assertThat(client.reply()).startsWith(codes).contains("mail.contoso.example");
      assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
      assertThat(client.state()).isInstanceOf(SessionState.Closed.class);
    }
  }
}
