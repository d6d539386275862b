package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.time.Instant;
import java.util.List;

/**
 * A message given to one delivery, with the recipients that are due. Nobody else is given it until
 * the delivery settles or releases it, or the process ends.
 *
 * @param recipients those still undelivered and due, never empty
 */
public record LeasedMessage(
    QueueId id,
    ReversePath sender,
    BodyEncoding encoding,
    Instant acceptedAt,
    MessageBody body,
    List<LeasedRecipient> recipients) {

  public LeasedMessage {
    recipients = List.copyOf(recipients);
  }

  /**
   * A recipient to deliver to.
   *
   * @param number the recipient's place in the message, from 0
   * @param attempts deliveries tried before this one
   */
  public record LeasedRecipient(int number, EmailAddress address, int attempts) {}
}
