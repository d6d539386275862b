package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import java.util.List;

/**
 * A message on its way to the recipients that share a route.
 *
 * @param recipients some of the message's, never none
 * @param requirement what the path must satisfy before a byte of mail is sent over it
 * @param hops the hosts to try, in order
 */
public record Consignment(
    LeasedMessage message,
    List<LeasedRecipient> recipients,
    OutboundConnector connector,
    TlsRequirement requirement,
    List<NextHop> hops) {

  public Consignment {
    recipients = List.copyOf(recipients);
    hops = List.copyOf(hops);
    if (recipients.isEmpty() || hops.isEmpty()) {
      throw new IllegalArgumentException("a consignment has recipients and hosts");
    }
  }
}
