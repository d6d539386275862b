package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.accept;
import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.content;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every {@link MessageSpool} does when the outcome of a delivery is recorded. */
abstract class SettlementContract extends SpoolSteps {

  @Test
  void deliveredMessageShouldLeaveForGood() throws Exception {
    accept(spool, message("bob@cloud.example", "carol@cloud.example"));
    await(spool.settle(leaseOne(), List.of(delivered(0), delivered(1))));

    assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(0, 0, 0));
    assertThat(spool.nextDue()).isEmpty();
    reopen();
    assertThat(lease(10)).isEmpty();
  }

  @Test
  void deferredRecipientShouldComeBackAtItsTimeAndNotBefore() throws Exception {
    accept(spool, message("bob@cloud.example", "carol@cloud.example"));
    await(spool.settle(leaseOne(), List.of(delivered(0), deferredFor(1, Duration.ofMinutes(15)))));
    Instant due = spool.nextDue().orElseThrow();

    assertThat(due)
        .isBetween(
            clock.instant().plus(15, ChronoUnit.MINUTES),
            clock.instant().plus(15, ChronoUnit.MINUTES).plusMillis(1));
    assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(1, 1, 1));
    assertThat(spool.lease(due.minusNanos(1), 10)).isEmpty();
    List<LeasedMessage> leased = spool.lease(due, 10);
    assertThat(leased).hasSize(1);
    assertThat(leased.get(0).recipients())
        .containsExactly(new LeasedRecipient(1, EmailAddress.of("carol@cloud.example"), 1));
  }

  @Test
  void leaseShouldGiveOnlyTheRecipientsThatAreDue() throws Exception {
    accept(spool, message("a@cloud.example", "b@cloud.example", "c@cloud.example"));
    await(
        spool.settle(
            leaseOne(),
            List.of(deferredFor(0, Duration.ofHours(2)), deferredFor(2, Duration.ofHours(1)))));

    LeasedMessage now = leaseOne();
    assertThat(now.recipients()).extracting(LeasedRecipient::number).containsExactly(1);
    await(spool.settle(now, List.of(delivered(1))));
    clock.advance(Duration.ofMinutes(61));
    LeasedMessage later = leaseOne();
    assertThat(later.recipients()).extracting(LeasedRecipient::number).containsExactly(2);
    await(spool.settle(later, List.of(delivered(2))));
    assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(1, 1, 1));
  }

  @Test
  void recipientWithoutSettlementShouldStayAsItWas() throws Exception {
    accept(spool, message("bob@cloud.example", "carol@cloud.example"));
    await(spool.settle(leaseOne(), List.of()));

    assertThat(leaseOne().recipients()).extracting(LeasedRecipient::attempts).containsExactly(0, 0);
  }

  @Test
  void failedRecipientsShouldBeReportedToTheSenderInOneBounce() throws Exception {
    QueueId original = accept(spool, message("bob@cloud.example", "carol@cloud.example"));
    await(spool.settle(leaseOne(), List.of(failed(0), failed(1))));

    LeasedMessage bounce = leaseOne();

    assertThat(bounce.id()).isNotEqualTo(original);
    assertThat(bounce.sender()).isEqualTo(ReversePath.none());
    assertThat(bounce.recipients())
        .containsExactly(new LeasedRecipient(0, EmailAddress.of("alice@onprem.example"), 0));
    assertThat(content(spool, bounce.body()))
        .contains("bob@cloud.example", "carol@cloud.example", "Subject: lunch");
  }

  @Test
  void bounceShouldSurviveAsItsOriginalLeaves() throws Exception {
    accept(spool, message("bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(failed(0))));

    reopen();

    assertThat(leaseOne().sender()).isEqualTo(ReversePath.none());
    assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(1, 1, 0));
  }

  @Test
  void nullSenderMailShouldNeverBeBounced() throws Exception {
    accept(spool, message(ReversePath.none(), "Subject: report\r\n\r\n", "bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(failed(0))));

    assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(0, 0, 0));
    assertThat(lease(10)).isEmpty();
  }

  @Test
  void settleShouldRefuseWhatIsNotLeased() throws Exception {
    accept(spool, message("bob@cloud.example"));
    LeasedMessage leased = leaseOne();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> spool.settle(leased, List.of(delivered(1))))
        .withMessageContaining("no leased recipient 1");
    await(spool.settle(leased, List.of(delivered(0))));
    assertThatIllegalStateException()
        .isThrownBy(() -> spool.settle(leased, List.of(delivered(0))))
        .withMessageContaining("is not leased");
  }

  @Test
  void expediteShouldMakeWaitingRecipientsDue() throws Exception {
    accept(spool, message("bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(deferredFor(0, Duration.ofHours(1)))));
    AtomicInteger arrivals = new AtomicInteger();
    spool.onArrival(arrivals::incrementAndGet);

    await(spool.expedite(clock.instant()));

    assertThat(leaseOne().recipients().get(0).attempts()).isEqualTo(1);
    Awaitility.await().until(() -> arrivals.get() > 0); // told after the commit, by another thread
  }
}
