package io.hybridtls.smtp.session;

import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An envelope as it was permitted (RFC 5321, section 3.3).
 *
 * @param peer who sends
 * @param permittedBy the connector or rule that let the sender begin
 * @param declaredSize octets of content the client announced (RFC 1870)
 * @param recipients in the order given, each once
 */
public record MailTransaction(
    SendingPeer peer,
    Hello hello,
    ReversePath sender,
    String permittedBy,
    BodyEncoding encoding,
    OptionalLong declaredSize,
    List<PermittedRecipient> recipients) {

  /**
   * A recipient that was accepted.
   *
   * @param permittedBy the connector or rule that let the message go there
   */
  public record PermittedRecipient(EmailAddress address, String permittedBy) {}

  public MailTransaction {
    recipients = List.copyOf(recipients);
  }

  /** The recipients' addresses, in order. */
  public List<EmailAddress> addresses() {
    return recipients.stream().map(PermittedRecipient::address).toList();
  }

  /** Every connector or rule that permitted the sender or a recipient. */
  public Set<String> connectors() {
    return Stream.concat(
            Stream.of(permittedBy), recipients.stream().map(PermittedRecipient::permittedBy))
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isFor(EmailAddress address) {
    return recipients.stream().anyMatch(recipient -> recipient.address().equals(address));
  }

  MailTransaction with(PermittedRecipient recipient) {
    List<PermittedRecipient> all = new ArrayList<>(recipients);
    all.add(recipient);
    return new MailTransaction(peer, hello, sender, permittedBy, encoding, declaredSize, all);
  }
}
