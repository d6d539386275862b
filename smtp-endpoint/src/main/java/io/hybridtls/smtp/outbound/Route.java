package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.EmailAddress;
import java.util.Optional;

/**
 * What recipients of a message must have in common to be delivered together.
 *
 * @param domain the recipients' domain or address literal when their mail exchangers are the next
 *     hops; empty when the connector's smart hosts are
 */
public record Route(OutboundConnector connector, Optional<String> domain) {

  static Route of(OutboundConnector connector, EmailAddress recipient) {
    return new Route(
        connector, connector.usesMx() ? Optional.of(recipient.domain()) : Optional.empty());
  }
}
