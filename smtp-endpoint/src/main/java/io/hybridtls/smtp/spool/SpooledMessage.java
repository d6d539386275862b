package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.EmailAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An accepted message of which nothing has been tried yet.
 *
 * @param acceptedAt in whole milliseconds, as the database keeps it
 */
record SpooledMessage(QueueId id, NewMessage message, Instant acceptedAt) {

  /** Octets of an entry besides body and addresses, roughly. */
  private static final int OVERHEAD = 512;

  /** Every recipient of a new message is due at once. */
  long due() {
    return acceptedAt.toEpochMilli();
  }

  /** Octets of memory that it takes, roughly. */
  long weight() {
    long body = message.body() instanceof MessageBody.InMemory ? message.body().size() : 0;
    return body + OVERHEAD + 128L * message.recipients().size();
  }

  LeasedMessage leased() {
    List<LeasedMessage.LeasedRecipient> recipients = new ArrayList<>(message.recipients().size());
    for (EmailAddress address : message.recipients()) {
      recipients.add(new LeasedMessage.LeasedRecipient(recipients.size(), address, 0));
    }
    return new LeasedMessage(
        id, message.sender(), message.encoding(), acceptedAt, message.body(), recipients);
  }
}
