package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.accept;
import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.content;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** What every {@link MessageSpool} does; its test inherits this. */
abstract class MessageSpoolContract extends SettlementContract {

  @Test
  void leaseShouldGiveWhatWasAccepted() throws Exception {
    QueueId id = accept(spool, message("bob@cloud.example", "carol@cloud.example"));

    LeasedMessage leased = leaseOne();

    assertThat(leased.id()).isEqualTo(id);
    assertThat(leased.sender()).isEqualTo(ReversePath.of(EmailAddress.of("alice@onprem.example")));
    assertThat(leased.encoding()).isEqualTo(BodyEncoding.SEVEN_BIT);
    assertThat(leased.acceptedAt()).isEqualTo(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    assertThat(leased.recipients())
        .containsExactly(
            new LeasedRecipient(0, EmailAddress.of("bob@cloud.example"), 0),
            new LeasedRecipient(1, EmailAddress.of("carol@cloud.example"), 0));
    assertThat(content(spool, leased.body())).endsWith("\r\n\r\nAt noon?\r\n");
  }

  @Test
  void reopenShouldGiveBackLeasesUnchanged() throws Exception {
    NewMessage sent =
        new NewMessage(
            ReversePath.none(),
            List.of(EmailAddress.of("\"b@b\"@[192.0.2.1]")),
            BodyEncoding.EIGHT_BIT_MIME,
            new MessageBody.InMemory(
                "Subject: \u00e4\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)));
    accept(spool, sent);
    LeasedMessage before = leaseOne();

    reopen();
    LeasedMessage after = leaseOne();

    assertThat(after).usingRecursiveComparison().ignoringFields("body").isEqualTo(before);
    assertThat(content(spool, after.body())).isEqualTo("Subject: \u00e4\r\n\r\n");
  }

  @Test
  void idsShouldNeverComeTwice() throws Exception {
    List<QueueId> ids = new ArrayList<>();
    for (int opening = 0; opening < 3; opening++) {
      ids.add(accept(spool, message("bob@cloud.example")));
      await(spool.settle(leaseOne(), List.of(delivered(0))));
      reopen();
    }
    assertThat(ids).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void leaseShouldNotGiveAMessageTwice() throws Exception {
    accept(spool, message("bob@cloud.example"));
    leaseOne();

    assertThat(lease(10)).isEmpty();
    assertThat(spool.nextDue()).isEmpty();
  }

  @Test
  void leaseShouldGiveTheOldestDueFirst() throws Exception {
    QueueId deferred = accept(spool, message("bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(deferredFor(0, Duration.ofMinutes(5)))));
    clock.advance(Duration.ofMinutes(4));
    QueueId first = accept(spool, message("bob@cloud.example"));
    clock.advance(Duration.ofMinutes(2));
    QueueId last = accept(spool, message("bob@cloud.example"));

    assertThat(lease(2)).extracting(LeasedMessage::id).containsExactly(first, deferred);
    assertThat(lease(2)).extracting(LeasedMessage::id).containsExactly(last);
  }

  @Test
  void nextDueShouldBeTheEarliest() throws Exception {
    assertThat(spool.nextDue()).isEmpty();
    accept(spool, message("bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(deferredFor(0, Duration.ofHours(2)))));
    accept(spool, message("bob@cloud.example"));
    await(spool.settle(leaseOne(), List.of(deferredFor(0, Duration.ofHours(1)))));
    Instant inAnHour = spool.nextDue().orElseThrow();

    reopen();

    assertThat(spool.nextDue()).contains(inAnHour);
    assertThat(Duration.between(clock.instant(), inAnHour))
        .isGreaterThanOrEqualTo(Duration.ofHours(1));
    assertThat(lease(10)).isEmpty();
    accept(spool, message("bob@cloud.example"));
    assertThat(spool.nextDue()).contains(clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  @Test
  void largeBodyShouldComeBackAndLeaveWithItsMessage() throws Exception {
    byte[] content = new byte[3 << 20];
    content[content.length - 1] = 7;
    MessageBody.Large body;
    try (LargeBodyWriter writer = spool.openLargeBody()) {
      writer.write(ByteBuffer.wrap(content, 0, 1 << 20));
      writer.write(ByteBuffer.wrap(content, 1 << 20, 2 << 20));
      body = writer.finish();
    }
    accept(
        spool,
        new NewMessage(
            ReversePath.of(EmailAddress.of("alice@onprem.example")),
            List.of(EmailAddress.of("bob@cloud.example")),
            BodyEncoding.SEVEN_BIT,
            body));

    reopen();
    LeasedMessage leased = leaseOne();

    assertThat(leased.body().size()).isEqualTo(content.length);
    try (var stream = spool.open(leased.body())) {
      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
    await(spool.settle(leased, List.of(delivered(0))));
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> spool.open(leased.body()).close());
  }

  @Test
  void largeBodyThatIsNotFinishedShouldLeaveNothing() throws Exception {
    LargeBodyWriter writer = spool.openLargeBody();
    writer.write(ByteBuffer.wrap(new byte[10]));
    writer.close();
    MessageBody.Large finished;
    try (LargeBodyWriter other = spool.openLargeBody()) {
      finished = other.finish();
    }
    assertThat(finished.file().getParent()).isDirectoryContaining(finished.file()::equals);
    try (var files = Files.list(finished.file().getParent())) {
      assertThat(files).containsExactly(finished.file());
    }
  }

  @Test
  void closeShouldCommitWhatWasSubmittedAndRefuseTheRest() throws Exception {
    List<CompletionStage<QueueId>> stages = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      stages.add(spool.accept(message("bob@cloud.example")));
    }

    spool.close();

    assertThat(stages).allSatisfy(stage -> assertThat(stage).isCompleted());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> accept(spool, message("bob@cloud.example")))
        .withCauseInstanceOf(SpoolException.class);
    assertThatExceptionOfType(SpoolException.class).isThrownBy(() -> lease(1));
    spool = open(clock);
    assertThat(spool.statistics().messages()).isEqualTo(1_000);
  }

  @Test
  void listenersShouldRunAfterTheCommitWhateverTheOthersDo() throws Exception {
    AtomicLong found = new AtomicLong();
    spool.onArrival(
        () -> {
          throw new IllegalStateException("a broken listener");
        });
    spool.onArrival(() -> found.set(messages()));

    accept(spool, message("bob@cloud.example"));

    Awaitility.await().untilAtomic(found, Matchers.equalTo(1L));
  }

  private long messages() {
    try {
      return spool.statistics().messages();
    } catch (SpoolException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void expediteOfAnEmptySpoolShouldMakeNothingDue() throws Exception {
    await(spool.expedite(clock.instant()));

    assertThat(spool.nextDue()).isEmpty();
  }
}
