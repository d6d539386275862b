package io.hybridtls.smtp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.RetrySchedule;
import io.hybridtls.smtp.spool.Settlement;
import io.hybridtls.smtp.testing.TestMail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlementRulesTest {

  private static final Duration LIFETIME = Duration.ofHours(24);
  private static final Instant END = TestMail.ACCEPTED.plus(LIFETIME);

  private final Relay relay = new Relay("mx.example[192.0.2.1]:25", "none", "not checked");
  private final DeliveryOutcome busy = DeliveryOutcome.deferred(relay, "4.3.2", "450 4.3.2 busy");
  private final LeasedMessage message = TestMail.leased("bob@fabrikam.example");
  private final SettlementRules rules =
      new SettlementRules(
          new RetrySchedule(List.of(Duration.ofMinutes(15), Duration.ofHours(1)), LIFETIME));

  @Test
  void transientFailureShouldBeDeferredAsScheduled() {
    Instant now = TestMail.ACCEPTED.plusSeconds(1);

    assertThat(settle(0, busy, now))
        .isEqualTo(
            new Settlement.Deferred(
                0, now.plus(Duration.ofMinutes(15)), relay.remote(), "450 4.3.2 busy"));
    assertThat(settle(1, busy, now))
        .isEqualTo(
            new Settlement.Deferred(
                0, now.plus(Duration.ofHours(1)), relay.remote(), "450 4.3.2 busy"));
  }

  @Test
  void transientFailureShouldBeFinalOnceTheLifetimeIsOver() {
    assertThat(settle(9, busy, END.minusMillis(1))).isInstanceOf(Settlement.Deferred.class);
    assertThat(settle(9, busy, END))
        .isEqualTo(
            new Settlement.Failed(
                0,
                "4.4.7",
                relay.remote(),
                "not delivered within PT24H; the last attempt: 450 4.3.2 busy"));
  }

  @Test
  void detailShouldCarryTheStatusOnce() {
    DeliveryOutcome down = DeliveryOutcome.deferred(relay, "4.4.1", "connection refused");

    assertThat(((Settlement.Deferred) settle(0, down, END.minusSeconds(9))).detail())
        .isEqualTo("4.4.1 connection refused");
  }

  @Test
  void failureOfAnOutdatedConfigurationShouldBeDueAtOnce() {
    Instant now = TestMail.ACCEPTED.plusSeconds(1);
    Settlement settlement = rules.settlement(message, recipient(0), busy, now, true);

    assertThat(((Settlement.Deferred) settlement).until()).isEqualTo(now);
  }

  @Test
  void permanentFailureShouldFailAndDeliveryShouldDeliver() {
    DeliveryOutcome refused = DeliveryOutcome.refused(relay, "5.1.1", "550 5.1.1 nobody");
    DeliveryOutcome delivered = new DeliveryOutcome.Delivered(relay, "250 2.0.0 ok");

    assertThat(settle(0, refused, TestMail.ACCEPTED))
        .isEqualTo(new Settlement.Failed(0, "5.1.1", relay.remote(), "550 5.1.1 nobody"));
    assertThat(settle(0, delivered, END))
        .isEqualTo(new Settlement.Delivered(0, relay.remote(), "250 2.0.0 ok"));
  }

  private Settlement settle(int attempts, DeliveryOutcome outcome, Instant now) {
    return rules.settlement(message, recipient(attempts), outcome, now, false);
  }

  private static LeasedRecipient recipient(int attempts) {
    return new LeasedRecipient(0, EmailAddress.of("bob@fabrikam.example"), attempts);
  }
}
