package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Remembers what it was given, and answers as the test says. */
final class RecordingCarrier implements MessageCarrier {

  static final Relay RELAY = new Relay("mx.example[192.0.2.1]:25", "none", "not checked");
  static final DeliveryOutcome DELIVERED =
      DeliveryOutcome.delivered(RELAY, SmtpReply.of(250, "ok"));
  static final DeliveryOutcome BUSY = DeliveryOutcome.deferred(RELAY, "4.3.2", "450 4.3.2 busy");

  private final List<Consignment> consignments = new CopyOnWriteArrayList<>();
  private final AtomicInteger renewals = new AtomicInteger();
  private volatile Function<Consignment, CompletionStage<Map<Integer, DeliveryOutcome>>> answer =
      consignment -> all(consignment, DELIVERED);

  @Override
  public CompletionStage<Map<Integer, DeliveryOutcome>> carry(Consignment consignment) {
    consignments.add(consignment);
    return answer.apply(consignment);
  }

  @Override
  public void renewConnections() {
    renewals.incrementAndGet();
  }

  void answer(Function<Consignment, CompletionStage<Map<Integer, DeliveryOutcome>>> value) {
    answer = value;
  }

  void answerAll(DeliveryOutcome outcome) {
    answer(consignment -> all(consignment, outcome));
  }

  static CompletionStage<Map<Integer, DeliveryOutcome>> all(
      Consignment consignment, DeliveryOutcome outcome) {
    return CompletableFuture.completedFuture(
        consignment.recipients().stream()
            .collect(Collectors.toMap(LeasedRecipient::number, recipient -> outcome)));
  }

  List<Consignment> consignments() {
    return consignments;
  }

  int renewals() {
    return renewals.get();
  }
}
