package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.util.List;

/** A message about to be accepted: envelope and body. */
public record NewMessage(
    ReversePath sender, List<EmailAddress> recipients, BodyEncoding encoding, MessageBody body) {

  public NewMessage {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a message has at least one recipient");
    }
  }
}
