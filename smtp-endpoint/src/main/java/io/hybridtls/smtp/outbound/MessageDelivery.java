package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.Settlement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One leased message until every recipient has a settlement. Used on the planner's thread only. */
final class MessageDelivery {

  private final LeasedMessage message;
  private final List<Settlement> settlements;

  MessageDelivery(LeasedMessage message) {
    this.message = message;
    this.settlements = new ArrayList<>(message.recipients().size());
  }

  LeasedMessage message() {
    return message;
  }

  List<Settlement> settlements() {
    return settlements;
  }

  boolean isComplete() {
    return settlements.size() == message.recipients().size();
  }

  /** Octets that the message's content occupies in memory. */
  long octetsInMemory() {
    return message.body() instanceof MessageBody.InMemory ? message.body().size() : 0;
  }

  /** Records what one attempt for {@code recipient} came to, and logs it. */
  void settle(
      LeasedRecipient recipient,
      String connector,
      Relay relay,
      Settlement settlement,
      Instant now) {
    DeliveryLog.write(message, recipient, connector, relay, settlement, now);
    settlements.add(settlement);
  }

  /** When the first of the deferred recipients is due again. */
  Optional<Instant> nextAttempt() {
    Instant earliest = null;
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.Deferred deferred
          && (earliest == null || deferred.until().isBefore(earliest))) {
        earliest = deferred.until();
      }
    }
    return Optional.ofNullable(earliest);
  }
}
