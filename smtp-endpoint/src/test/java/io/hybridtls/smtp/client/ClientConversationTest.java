package io.hybridtls.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hybridtls.smtp.client.ClientStep.Fate;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClientConversationTest {

  private static final Relay CLEAR = new Relay("mx.example[192.0.2.1]:25", "none", "not checked");
  private static final Relay SECURED =
      new Relay("mx.example[192.0.2.1]:25", "TLSv1.3/TLS_AES_256_GCM_SHA384", "verified");
  private static final TlsRequirement OPPORTUNISTIC = new TlsRequirement.Opportunistic();
  private static final TlsRequirement ENCRYPTION = new TlsRequirement.EncryptionOnly();
  private static final ClientStep EHLO = new ClientStep.Send("EHLO mail.contoso.example\r\n");
  private static final ClientStep AWAIT = new ClientStep.Await();
  private static final SmtpReply OK = SmtpReply.of(250, "ok");
  private static final SmtpReply GO_ON = SmtpReply.of(354, "go on");

  @Nested
  class Opening {

    @Test
    void shouldGreetAndSecureTheSession() {
      ClientConversation conversation = conversation(ENCRYPTION);

      assertThat(conversation.onReply(SmtpReply.of(220, "mx"))).isEqualTo(EHLO);
      assertThat(conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS")))
          .isEqualTo(new ClientStep.Send("STARTTLS\r\n"));
      assertThat(conversation.onReply(SmtpReply.of(220, "go ahead")))
          .isEqualTo(new ClientStep.StartTls());
      assertThat(conversation.onSecured(SECURED)).isEqualTo(EHLO);
      assertThat(conversation.onReply(SmtpReply.of(250, "mx"))).isEqualTo(new ClientStep.Ready());
      assertThat(conversation.relay()).isEqualTo(SECURED);
    }

    @Test
    void shouldForgetAfterTlsWhatWasOfferedBefore() {
      ClientConversation conversation = conversation(ENCRYPTION);
      conversation.onReply(SmtpReply.of(220, "mx"));
      conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS", "PIPELINING", "SIZE 10"));
      conversation.onReply(SmtpReply.of(220, "go ahead"));
      conversation.onSecured(SECURED);
      conversation.onReply(SmtpReply.of(250, "mx"));

      assertThat(conversation.begin(envelope("bob@fabrikam.example")))
          .isEqualTo(new ClientStep.Send("MAIL FROM:<alice@contoso.example>\r\n"));
    }

    @Test
    void shouldSendInClearTextOnlyWhenNothingForbidsIt() {
      ClientConversation opportunistic = conversation(OPPORTUNISTIC);
      opportunistic.onReply(SmtpReply.of(220, "mx"));

      assertThat(opportunistic.onReply(SmtpReply.of(250, "mx", "PIPELINING")))
          .isEqualTo(new ClientStep.Ready());

      ClientConversation required = conversation(ENCRYPTION);
      required.onReply(SmtpReply.of(220, "mx"));

      assertDeferred(
          required.onReply(SmtpReply.of(250, "mx", "PIPELINING")), "4.7.4", "offers no STARTTLS");
    }

    @Test
    void shouldDeferWhenRequiredStartTlsIsRefused() {
      ClientConversation conversation = conversation(ENCRYPTION);
      conversation.onReply(SmtpReply.of(220, "mx"));
      conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS"));

      assertDeferred(
          conversation.onReply(SmtpReply.of(554, "no certificate today")),
          "4.7.4",
          "554 no certificate today");
    }

    @Test
    void shouldGoOnInClearTextWhenOpportunisticStartTlsIsRefused() {
      ClientConversation conversation = conversation(OPPORTUNISTIC);
      conversation.onReply(SmtpReply.of(220, "mx"));
      conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS"));

      assertThat(conversation.onReply(SmtpReply.of(454, "no certificate today")))
          .isEqualTo(new ClientStep.Ready());
    }

    @Test
    void shouldPassStartTlsOverAfterAFailedHandshake() {
      ClientConversation conversation =
          new ClientConversation("mail.contoso.example", OPPORTUNISTIC, true, CLEAR);
      conversation.onReply(SmtpReply.of(220, "mx"));

      assertThat(conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS")))
          .isEqualTo(new ClientStep.Ready());
    }

    @Test
    void shouldNeverPassRequiredTlsOver() {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new ClientConversation("mail.contoso.example", ENCRYPTION, true, CLEAR));
    }

    @Test
    void shouldFallBackToHeloOnlyWithoutARequirement() {
      ClientConversation old = conversation(OPPORTUNISTIC);
      old.onReply(SmtpReply.of(220, "mx"));

      assertThat(old.onReply(SmtpReply.of(502, "what?")))
          .isEqualTo(new ClientStep.Send("HELO mail.contoso.example\r\n"));
      assertThat(old.onReply(OK)).isEqualTo(new ClientStep.Ready());

      ClientConversation required = conversation(ENCRYPTION);
      required.onReply(SmtpReply.of(220, "mx"));

      assertDeferred(required.onReply(SmtpReply.of(502, "what?")), "4.7.0", "EHLO");
    }

    @Test
    void refusedGreetingShouldCountForWhatItIs() {
      assertDeferred(
          conversation(OPPORTUNISTIC).onReply(SmtpReply.of(421, "busy")), "4.0.0", "421");
      assertThat(conversation(OPPORTUNISTIC).onReply(SmtpReply.of(554, "no mail here")))
          .isEqualTo(
              new ClientStep.Failed(DeliveryOutcome.refused(CLEAR, "5.0.0", "554 no mail here")));
    }

    @Test
    void refusalInClearTextShouldNotBounceMailThatDemandsTls() {
      assertDeferred(
          conversation(ENCRYPTION).onReply(SmtpReply.of(554, "injected")), "4.7.0", "before TLS");
    }

    @Test
    void refusalOverTlsShouldBounce() {
      ClientConversation conversation = conversation(ENCRYPTION);
      conversation.onReply(SmtpReply.of(220, "mx"));
      conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS"));
      conversation.onReply(SmtpReply.of(220, "go ahead"));
      conversation.onSecured(SECURED);

      assertThat(conversation.onReply(SmtpReply.of(550, "not you")))
          .isEqualTo(
              new ClientStep.Failed(DeliveryOutcome.refused(SECURED, "5.0.0", "550 not you")));
    }

    @Test
    void replyDuringTheHandshakeShouldFail() {
      ClientConversation conversation = conversation(ENCRYPTION);
      conversation.onReply(SmtpReply.of(220, "mx"));
      conversation.onReply(SmtpReply.of(250, "mx", "STARTTLS"));
      conversation.onReply(SmtpReply.of(220, "go ahead"));

      assertDeferred(conversation.onReply(OK), "4.5.0", "did not ask for");
    }

    @Test
    void stepsThatWriteShouldExpectSilence() {
      assertThat(new ClientStep.StartTls().expectsSilence()).isTrue();
      assertThat(EHLO.expectsSilence()).isTrue();
      assertThat(AWAIT.expectsSilence()).isFalse();
    }
  }

  @Nested
  class Transaction {

    private final ClientConversation stepwise = ready();
    private final ClientConversation pipelined = ready("PIPELINING");

    @Test
    void shouldGoStepByStepWithoutPipelining() {
      assertSends(stepwise.begin(envelope("bob@a.example")), "MAIL FROM:<alice@contoso.example>");
      assertSends(stepwise.onReply(OK), "RCPT TO:<bob@a.example>");
      assertSends(stepwise.onReply(OK), "DATA");
      assertThat(stepwise.onReply(GO_ON)).isEqualTo(new ClientStep.SendContent());
      stepwise.onContentEnding();
      assertThat(stepwise.onReply(OK)).isEqualTo(finished(Fate.REUSABLE, delivered(OK)));
    }

    @Test
    void shouldSendAllCommandsInOneFlightWithPipelining() {
      assertSends(
          pipelined.begin(envelope("bob@a.example", "ann@a.example")),
          "MAIL FROM:<alice@contoso.example>",
          "RCPT TO:<bob@a.example>",
          "RCPT TO:<ann@a.example>",
          "DATA");
      assertThat(replies(pipelined, OK, OK, OK)).containsOnly(AWAIT);
      assertThat(pipelined.onReply(GO_ON)).isEqualTo(new ClientStep.SendContent());
    }

    @Test
    void shouldDeclareSizeAndEncodingWhenTheyAreOffered() {
      ClientConversation conversation = ready("SIZE 1000", "8BITMIME");

      assertSends(
          conversation.begin(
              new Envelope(
                  ReversePath.none(),
                  List.of(EmailAddress.of("bob@a.example")),
                  BodyEncoding.EIGHT_BIT_MIME,
                  1_000)),
          "MAIL FROM:<> SIZE=1000 BODY=8BITMIME");
    }

    @Test
    void shouldRefuseWhatTheHostCannotTake() {
      assertThat(ready("SIZE 22").begin(envelope("bob@a.example")))
          .isEqualTo(
              finished(
                  Fate.REUSABLE,
                  DeliveryOutcome.refused(
                      CLEAR, "5.3.4", "the message has 23 octets, and the host takes 22")));
      assertThat(
              stepwise.begin(
                  new Envelope(
                      ReversePath.none(),
                      List.of(EmailAddress.of("bob@a.example")),
                      BodyEncoding.EIGHT_BIT_MIME,
                      23)))
          .isEqualTo(
              finished(
                  Fate.REUSABLE,
                  DeliveryOutcome.refused(
                      CLEAR,
                      "5.6.3",
                      "the message is 8BITMIME, and the host does not offer that")));
    }

    @Test
    void recipientsShouldHaveEachItsOwnOutcome() {
      SmtpReply unknown = SmtpReply.of(550, "unknown");
      SmtpReply full = SmtpReply.of(452, "full");
      pipelined.begin(envelope("bob@a.example", "ann@a.example", "eve@a.example"));
      replies(pipelined, OK, unknown, OK, full, GO_ON);
      pipelined.onContentEnding();

      assertThat(pipelined.onReply(OK))
          .isEqualTo(
              finished(
                  Fate.REUSABLE,
                  DeliveryOutcome.of(CLEAR, unknown),
                  delivered(OK),
                  DeliveryOutcome.of(CLEAR, full)));
    }

    @Test
    void shouldSendALoneDotWhenContentIsWantedForNobody() {
      SmtpReply unknown = SmtpReply.of(550, "unknown");
      pipelined.begin(envelope("bob@a.example"));
      replies(pipelined, OK, unknown);

      assertSends(pipelined.onReply(GO_ON), ".");
      assertThat(pipelined.onReply(OK))
          .isEqualTo(finished(Fate.REUSABLE, DeliveryOutcome.of(CLEAR, unknown)));
      assertSends(
          pipelined.begin(envelope("ann@a.example")),
          "MAIL FROM:<alice@contoso.example>",
          "RCPT TO:<ann@a.example>",
          "DATA");
    }

    @Test
    void shouldNotAskForDataWhenNobodyWasTakenStepByStep() {
      SmtpReply unknown = SmtpReply.of(550, "unknown");
      stepwise.begin(envelope("bob@a.example"));
      stepwise.onReply(OK);

      assertThat(stepwise.onReply(unknown))
          .isEqualTo(finished(Fate.REUSABLE, DeliveryOutcome.of(CLEAR, unknown)));
      assertSends(stepwise.begin(envelope("ann@a.example")), "RSET");
      assertSends(stepwise.onReply(OK), "MAIL FROM:<alice@contoso.example>");
    }

    @Test
    void refusedSenderShouldSettleEveryRecipient() {
      SmtpReply denied = SmtpReply.of(550, "TenantAttribution; Relay Access Denied");
      SmtpReply outOfOrder = SmtpReply.of(503, "MAIL first");
      pipelined.begin(envelope("bob@a.example", "ann@a.example"));
      replies(pipelined, denied, outOfOrder, outOfOrder);

      assertThat(pipelined.onReply(outOfOrder))
          .isEqualTo(
              finished(
                  Fate.REUSABLE,
                  DeliveryOutcome.of(CLEAR, denied),
                  DeliveryOutcome.of(CLEAR, denied)));
      assertSends(
          pipelined.begin(envelope("ann@a.example")),
          "RSET",
          "MAIL FROM:<alice@contoso.example>",
          "RCPT TO:<ann@a.example>",
          "DATA");
    }

    @Test
    void refusedResetShouldNotCountAgainstTheMessage() {
      stepwise.begin(envelope("bob@a.example"));
      stepwise.onReply(SmtpReply.of(450, "later"));
      stepwise.begin(envelope("ann@a.example"));

      assertThat(stepwise.onReply(SmtpReply.of(500, "what?")))
          .isEqualTo(
              finished(
                  Fate.INTERRUPTED,
                  DeliveryOutcome.deferred(CLEAR, "4.5.0", "RSET got: 500 what?")));
    }

    @Test
    void closingHostShouldInterruptBeforeTheDot() {
      SmtpReply closing = SmtpReply.of(421, "going down");
      pipelined.begin(envelope("bob@a.example", "ann@a.example"));
      pipelined.onReply(OK);

      assertThat(pipelined.onReply(closing))
          .isEqualTo(
              finished(
                  Fate.INTERRUPTED,
                  DeliveryOutcome.of(CLEAR, closing),
                  DeliveryOutcome.of(CLEAR, closing)));
    }

    @Test
    void connectionLostAfterTheDotShouldBeAmbiguous() {
      pipelined.begin(envelope("bob@a.example"));
      replies(pipelined, OK, OK, GO_ON);
      pipelined.onContentEnding();

      assertThat(pipelined.onLost("4.4.2", "gone"))
          .isEqualTo(finished(Fate.SPENT, DeliveryOutcome.deferred(CLEAR, "4.4.2", "gone")));
    }

    @Test
    void connectionLostBeforeTheDotShouldInterrupt() {
      pipelined.begin(envelope("bob@a.example"));
      replies(pipelined, OK, OK, GO_ON);

      assertThat(pipelined.onLost("4.4.2", "gone"))
          .isEqualTo(finished(Fate.INTERRUPTED, DeliveryOutcome.deferred(CLEAR, "4.4.2", "gone")));
    }

    @Test
    void replyInTheMiddleOfTheContentShouldEndTheConnection() {
      SmtpReply tooBig = SmtpReply.of(552, "too big");
      pipelined.begin(envelope("bob@a.example"));
      replies(pipelined, OK, OK, GO_ON);

      assertThat(pipelined.onReply(tooBig))
          .isEqualTo(finished(Fate.SPENT, DeliveryOutcome.of(CLEAR, tooBig)));
    }

    @Test
    void refusedContentShouldSettleThoseThatWereTaken() {
      SmtpReply spam = SmtpReply.of(554, "spam");
      pipelined.begin(envelope("bob@a.example"));
      replies(pipelined, OK, OK, GO_ON);
      pipelined.onContentEnding();

      assertThat(pipelined.onReply(spam))
          .isEqualTo(finished(Fate.REUSABLE, DeliveryOutcome.of(CLEAR, spam)));
    }
  }

  private static ClientConversation conversation(TlsRequirement requirement) {
    return new ClientConversation("mail.contoso.example", requirement, false, CLEAR);
  }

  private static ClientConversation ready(String... extensions) {
    ClientConversation conversation = conversation(OPPORTUNISTIC);
    conversation.onReply(SmtpReply.of(220, "mx"));
    String[] lines = Stream.concat(Stream.of("mx"), Stream.of(extensions)).toArray(String[]::new);
    assertThat(conversation.onReply(SmtpReply.of(250, lines))).isEqualTo(new ClientStep.Ready());
    return conversation;
  }

  private static Envelope envelope(String... recipients) {
    return new Envelope(
        ReversePath.of(EmailAddress.of("alice@contoso.example")),
        Stream.of(recipients).map(EmailAddress::of).toList(),
        BodyEncoding.SEVEN_BIT,
        23);
  }

  private static List<ClientStep> replies(ClientConversation conversation, SmtpReply... replies) {
    return Stream.of(replies).map(conversation::onReply).toList();
  }

  private static DeliveryOutcome delivered(SmtpReply reply) {
    return DeliveryOutcome.delivered(CLEAR, reply);
  }

  private static ClientStep finished(Fate fate, DeliveryOutcome... outcomes) {
    return new ClientStep.Finished(List.of(outcomes), fate);
  }

  private static void assertSends(ClientStep step, String... commands) {
    assertThat(step).isEqualTo(new ClientStep.Send(String.join("\r\n", commands) + "\r\n"));
  }

  private static void assertDeferred(ClientStep step, String status, String text) {
    assertThat(step)
        .isInstanceOfSatisfying(
            ClientStep.Failed.class,
            failed ->
                assertThat(failed.outcome())
                    .isInstanceOfSatisfying(
                        DeliveryOutcome.TransientFailure.class,
                        failure -> {
                          assertThat(failure.status()).hasToString(status);
                          assertThat(failure.detail()).contains(text);
                        }));
  }
}
