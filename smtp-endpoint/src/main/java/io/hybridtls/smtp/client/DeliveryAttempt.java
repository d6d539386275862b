package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.Consignment;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageBody;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One transaction's worth of a consignment, on its way along the hosts. Belongs to one thread at a
 * time: it is handed from the planner to the pool to a connection.
 */
final class DeliveryAttempt {

  private static final int MAX_REPEATS = 3;

  private final Consignment consignment;
  private final List<LeasedRecipient> recipients;
  private final CompletableFuture<Map<Integer, DeliveryOutcome>> outcomes =
      new CompletableFuture<>();
  private int hop;
  private int repeats;

  DeliveryAttempt(Consignment consignment, List<LeasedRecipient> recipients) {
    this.consignment = consignment;
    this.recipients = recipients;
  }

  Consignment consignment() {
    return consignment;
  }

  OutboundConnector connector() {
    return consignment.connector();
  }

  NextHop hop() {
    return consignment.hops().get(hop);
  }

  MessageBody body() {
    return consignment.message().body();
  }

  Envelope envelope() {
    LeasedMessage message = consignment.message();
    return new Envelope(
        message.sender(),
        recipients.stream().map(LeasedRecipient::address).toList(),
        message.encoding(),
        message.body().size());
  }

  CompletionStage<Map<Integer, DeliveryOutcome>> outcomes() {
    return outcomes;
  }

  /**
   * The host could not be talked to. Unless it refused for good, the next one is to be tried (RFC
   * 5321, section 5.1).
   *
   * @return whether there is a next one; otherwise the attempt is finished
   */
  boolean hopFailed(DeliveryOutcome outcome) {
    boolean hasNext = hop + 1 < consignment.hops().size();
    if (hasNext && outcome instanceof DeliveryOutcome.TransientFailure) {
      hop++;
      return true;
    }
    finishAll(outcome);
    return false;
  }

  /** Whether an interrupted transaction may be repeated at once, on another connection. */
  boolean mayRepeat() {
    return repeats++ < MAX_REPEATS;
  }

  /** Ends the attempt with an outcome for each recipient, in the order of the envelope. */
  void finish(List<DeliveryOutcome> inOrder) {
    Map<Integer, DeliveryOutcome> byNumber = new HashMap<>();
    for (int i = 0; i < recipients.size(); i++) {
      byNumber.put(recipients.get(i).number(), inOrder.get(i));
    }
    outcomes.complete(byNumber);
  }

  void finishAll(DeliveryOutcome outcome) {
    finish(Collections.nCopies(recipients.size(), outcome));
  }
}
