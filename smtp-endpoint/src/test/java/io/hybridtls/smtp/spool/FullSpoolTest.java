package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.accept;
import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.testing.MutableClock;
import io.hybridtls.smtp.spool.testing.TestSpool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullSpoolTest {

  @TempDir Path temporary;
  private final MutableClock clock = MutableClock.standard();
  private MessageSpool spool;

  @BeforeEach
  void openSmallSpool() throws SpoolException {
    spool = TestSpool.open(TestSpool.settings(temporary).withMaximumDatabaseBytes(400_000), clock);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  private static NewMessage bulky() {
    return message(
        ReversePath.of(EmailAddress.of("alice@onprem.example")),
        "Subject: x\r\n\r\n" + "0123456789".repeat(2_000),
        "bob@cloud.example");
  }

  /** Accepts until the spool is full, and returns how many messages it took. */
  private int fill(NewMessage message) throws Exception {
    for (int taken = 0; taken < 1_000; taken++) {
      try {
        accept(spool, message);
      } catch (ExecutionException e) {
        assertThat(e)
            .cause()
            .asInstanceOf(InstanceOfAssertFactories.type(SpoolException.class))
            .matches(SpoolException::isFull);
        return taken;
      }
    }
    throw new AssertionError("the spool is never full");
  }

  private void deliver(LeasedMessage leased) throws Exception {
    await(spool.settle(leased, List.of(SpoolSteps.delivered(0))));
  }

  @Test
  void fullSpoolShouldRefuseLoseNothingAndTakeAgain() throws Exception {
    int taken = fill(bulky());

    assertThat(taken).isGreaterThan(5);
    assertThat(spool.statistics().messages()).isEqualTo(taken);
    List<LeasedMessage> leased = spool.lease(clock.instant(), 1_000);
    assertThat(leased).hasSize(taken);
    for (LeasedMessage message : leased) {
      deliver(message);
    }
    assertThat(fill(bulky())).isEqualTo(taken);
  }

  @Test
  void requestThatDoesNotFitShouldNotFailItsNeighbours() throws Exception {
    List<CompletionStage<QueueId>> small = new ArrayList<>();
    List<CompletionStage<QueueId>> large = new ArrayList<>();
    NewMessage tooLarge = message(ReversePath.none(), "x".repeat(1_000_000), "bob@cloud.example");
    for (int i = 0; i < 20; i++) {
      small.add(spool.accept(message("bob@cloud.example")));
      large.add(spool.accept(tooLarge));
    }
    for (CompletionStage<QueueId> stage : small) {
      await(stage);
    }
    assertThat(large)
        .allSatisfy(
            stage ->
                assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> await(stage))
                    .withCauseInstanceOf(SpoolException.class));
    assertThat(spool.statistics().messages()).isEqualTo(20);
  }

  @Test
  void settlementThatDoesNotFitShouldBeKeptUntilItDoes() throws Exception {
    accept(spool, large());
    LeasedMessage failing = spool.lease(clock.instant(), 1).get(0);
    fill(bulky());
    fill(message("bob@cloud.example"));

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> await(spool.settle(failing, List.of(SpoolSteps.failed(0)))))
        .withCauseInstanceOf(SpoolException.class);
    List<LeasedMessage> others = spool.lease(clock.instant(), 1_000);
    assertThat(others).extracting(LeasedMessage::id).doesNotContain(failing.id());
    for (LeasedMessage other : others) {
      deliver(other);
    }

    await()
        .untilAsserted(
            () ->
                assertThat(spool.lease(clock.instant(), 10))
                    .extracting(LeasedMessage::sender)
                    .containsExactly(ReversePath.none()));
    assertThat(spool.statistics().messages()).isEqualTo(1);
  }

  /** A large body with a header section that makes its bounce larger than its row. */
  private NewMessage large() throws SpoolException {
    try (LargeBodyWriter writer = spool.openLargeBody()) {
      String headers = ("X-Padding: " + "x".repeat(900) + "\r\n").repeat(40) + "\r\n";
      writer.write(ByteBuffer.wrap(headers.getBytes(StandardCharsets.US_ASCII)));
      return new NewMessage(
          ReversePath.of(EmailAddress.of("alice@onprem.example")),
          List.of(EmailAddress.of("bob@cloud.example")),
          BodyEncoding.SEVEN_BIT,
          writer.finish());
    }
  }

  @Test
  void fileSystemWithTooLittleRoomShouldRefuseMailAndStillSettle() throws Exception {
    accept(spool, message("bob@cloud.example"));
    spool.close();
    spool =
        TestSpool.open(TestSpool.settings(temporary).withMinimumFreeBytes(Long.MAX_VALUE), clock);

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> accept(spool, message("bob@cloud.example")))
        .withMessageContaining("octets are free");
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> spool.openLargeBody())
        .matches(SpoolException::isFull);
    deliver(spool.lease(clock.instant(), 1).get(0));
    assertThat(spool.statistics().messages()).isZero();
  }

  @Test
  void refusedLargeBodyShouldBeRemoved() throws Exception {
    fill(bulky());
    fill(message("bob@cloud.example"));
    NewMessage refused = large();

    assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> accept(spool, refused));

    assertThat(((MessageBody.Large) refused.body()).file()).doesNotExist();
  }
}
