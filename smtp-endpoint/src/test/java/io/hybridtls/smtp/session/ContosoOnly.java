package io.hybridtls.smtp.session;

import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.inbound.RelayVerdict;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.protocol.SmtpReply;

/** Takes mail for contoso.example, from everybody but spammer.example. */
final class ContosoOnly implements RelayAuthorizer {

  @Override
  public RelayVerdict maySend(SendingPeer peer, ReversePath sender) {
    return sender.toString().endsWith("@spammer.example>")
        ? refused("5.7.1", "Sender refused", "spammer.example is not welcome")
        : new RelayVerdict.Permitted("anybody");
  }

  @Override
  public RelayVerdict mayRelay(SendingPeer peer, ReversePath sender, EmailAddress recipient) {
    return recipient.domain().equals("contoso.example")
        ? new RelayVerdict.Permitted("local")
        : refused("5.7.1", "Relay access denied", "no connector permits " + recipient);
  }

  private static RelayVerdict refused(String status, String text, String reason) {
    return new RelayVerdict.Refused(SmtpReply.of(550, EnhancedStatus.of(status), text), reason);
  }
}
