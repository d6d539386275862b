package io.hybridtls.smtp.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.SmtpReply;
import org.junit.jupiter.api.Test;

class DeliveryOutcomeTest {

  private final Relay relay = new Relay("mx.example[192.0.2.1]:25", "none", "not checked");

  @Test
  void fiveShouldBePermanentThoughItsStatusBeginsWithFour() {
    SmtpReply reply = SmtpReply.of(550, EnhancedStatus.of("4.4.7"), "too late");

    assertThat(DeliveryOutcome.of(relay, reply))
        .isEqualTo(DeliveryOutcome.refused(relay, "5.4.7", "550 4.4.7 too late"));
  }

  @Test
  void fourShouldBeTransientThoughItsStatusBeginsWithFive() {
    SmtpReply reply = SmtpReply.of(450, EnhancedStatus.of("5.1.1"), "greylisted");

    assertThat(DeliveryOutcome.of(relay, reply))
        .isEqualTo(DeliveryOutcome.deferred(relay, "4.1.1", "450 5.1.1 greylisted"));
  }

  @Test
  void replyWithoutStatusShouldGetTheGeneralOne() {
    assertThat(DeliveryOutcome.of(relay, SmtpReply.of(554, "no")))
        .isEqualTo(DeliveryOutcome.refused(relay, "5.0.0", "554 no"));
  }

  @Test
  void positiveReplyInTheWrongPlaceShouldBeTransient() {
    assertThat(DeliveryOutcome.of(relay, SmtpReply.of(250, "what?")))
        .isEqualTo(DeliveryOutcome.deferred(relay, "4.0.0", "250 what?"));
  }

  @Test
  void textShouldBePrintableAndBounded() {
    assertThat(PrintableText.of("a\r\nstatus=sent\u001b[0m\u00fc"))
        .isEqualTo("a??status=sent?[0m?");
    assertThat(PrintableText.of("x".repeat(2_000))).hasSize(PrintableText.MAX_LENGTH + 3);
    assertThat(new Relay("host\n", "none", "CN=\r\nfake").peer()).isEqualTo("CN=??fake");
  }

  @Test
  void statusShouldFitTheKindOfFailure() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeliveryOutcome.deferred(relay, "5.1.1", "no"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeliveryOutcome.refused(relay, "4.1.1", "no"));
  }
}
