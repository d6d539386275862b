package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.hybridtls.smtp.spool.testing.TestSpool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseBookTest {

  private static final QueueId ID = new QueueId(7);

  private final LeaseBook book = new LeaseBook(3_000);

  @BeforeEach
  void lookIntoAnEmptyDatabase() {
    book.beginLooking();
  }

  private static SpooledMessage message(long id, long due) {
    return new SpooledMessage(
        new QueueId(id), TestSpool.message("bob@cloud.example"), Instant.ofEpochMilli(due));
  }

  private List<QueueId> leaseHot(long now) {
    List<LeasedMessage> leased = new ArrayList<>();
    book.leaseHot(now, 10, leased);
    return leased.stream().map(LeasedMessage::id).toList();
  }

  @Test
  void reportOfAMessageThatWasLeasedFromTheDatabaseShouldBeIgnored() {
    book.leaseCold(ID, true);
    book.arrived(message(7, 5));

    assertThat(book.isHot(ID)).isFalse();
    assertThat(book.nextDue()).isEqualTo(LeaseBook.NEVER);
  }

  @Test
  void messageThatBecameHotWhileItWasReadShouldBeLeasedOnce() {
    book.arrived(message(7, 5));
    book.leaseCold(ID, true);

    assertThat(leaseHot(10)).isEmpty();
  }

  @Test
  void endedLeaseShouldHideTheMessageFromTheReadThatIsUnderWay() {
    book.beginReading();
    book.leaseCold(ID, true);
    book.settling(ID);
    book.stays(ID, 20);

    assertThat(book.isLeased(ID)).isTrue();
    book.beginReading();
    assertThat(book.isLeased(ID)).isFalse();
    assertThat(book.nextDue()).isEqualTo(20);
  }

  @Test
  void leaseThatEndedBeforeTheLookShouldNotHideItsMessageFromIt() {
    book.leaseCold(ID, true);
    book.settling(ID);
    book.beginReading();
    book.stays(ID, 20);
    book.beginLooking();

    assertThat(book.isLeased(ID)).isFalse();
  }

  @Test
  void hotMessageShouldWaitForAnOlderColdOne() {
    book.arrived(message(7, 5));
    book.waits(4);
    assertThat(leaseHot(10)).isEmpty();

    book.beginLooking();
    book.waits(5);
    assertThat(leaseHot(10)).containsExactly(ID);
  }

  @Test
  void hotMessageShouldWaitForItsTime() {
    book.arrived(message(7, 5));

    assertThat(leaseHot(4)).isEmpty();
    assertThat(leaseHot(5)).containsExactly(ID);
  }

  @Test
  void messagesBeyondTheBoundShouldBeCold() {
    for (int id = 0; id < 10; id++) {
      book.arrived(message(id, 100 + id));
    }
    long hot = leaseHot(200).size();

    assertThat(hot).isBetween(2L, 6L);
    assertThat(book.coldDue()).isEqualTo(100 + hot);
  }

  @Test
  void whatIsReportedWhileLookingShouldNotBeForgotten() {
    book.beginLooking();
    book.waits(LeaseBook.UNKNOWN);
    book.waits(30);

    assertThat(book.coldDue()).isEqualTo(LeaseBook.UNKNOWN);
  }

  @Test
  void leaseShouldBeSettledOnce() {
    book.leaseCold(ID, false);

    assertThat(book.settling(ID)).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> book.settling(ID));
  }
}
