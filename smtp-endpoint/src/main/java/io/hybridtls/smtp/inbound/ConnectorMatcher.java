package io.hybridtls.smtp.inbound;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.util.Optional;

/** Holds one connector's conditions against a peer and a sender. */
final class ConnectorMatcher {

  private final InboundConnector connector;

  ConnectorMatcher(InboundConnector connector) {
    this.connector = connector;
  }

  /**
   * Whether the peer proves every condition, and the connector has one that says who the peer is: a
   * sender's domain alone proves nothing, since anybody can write it.
   */
  boolean grantsTo(SendingPeer peer, ReversePath sender) {
    boolean identifies =
        connector.tlsSenderCertificateName().isPresent()
            || !connector.senderIpAddresses().isEmpty();
    return identifies
        && (peer.secured() || !connector.requireTls())
        && carriesCertificate(peer)
        && comesFromAddress(peer)
        && sendsForDomain(sender);
  }

  /** Whether the connector's rules are about this peer, as far as can be told before TLS. */
  boolean concerns(SendingPeer peer, ReversePath sender) {
    boolean narrowed =
        !connector.senderIpAddresses().isEmpty() || !connector.senderDomains().isEmpty();
    return narrowed && comesFromAddress(peer) && sendsForDomain(sender);
  }

  /** What forbids this peer to send for one of the connector's own sender domains, if anything. */
  Optional<String> breachedRestriction(SendingPeer peer, ReversePath sender) {
    if (connector.senderDomains().isEmpty() || !namesOneOfOurs(sender)) {
      return Optional.empty();
    }
    if (connector.restrictDomainsToCertificate() && !carriesCertificate(peer)) {
      return Optional.of(
          "mail from "
              + sender
              + " needs a certificate for "
              + connector.tlsSenderCertificateName().map(Object::toString).orElse("its sender")
              + "; the client has "
              + peer.identity().describe());
    }
    if (connector.restrictDomainsToIpAddresses() && !comesFromAddress(peer)) {
      return Optional.of(
          "mail from " + sender + " may not come from " + peer.address().getHostAddress());
    }
    return Optional.empty();
  }

  private boolean carriesCertificate(SendingPeer peer) {
    if (connector.tlsSenderCertificateName().isEmpty()) {
      return true;
    }
    return peer.identity()
        .verified()
        .filter(id -> id.carries(connector.tlsSenderCertificateName().get()))
        .filter(
            id ->
                !connector.requireClientAuthPurpose()
                    || id.permittedRoles().contains(CertificateRole.CLIENT))
        .isPresent();
  }

  private boolean comesFromAddress(SendingPeer peer) {
    return connector.senderIpAddresses().isEmpty()
        || connector.senderIpAddresses().stream().anyMatch(r -> r.contains(peer.address()));
  }

  /** The null sender has no domain: only a certificate can say on whose behalf it comes. */
  private boolean sendsForDomain(ReversePath sender) {
    if (connector.senderDomains().isEmpty()) {
      return true;
    }
    return sender.mailbox().isEmpty()
        ? connector.tlsSenderCertificateName().isPresent()
        : namesOneOfOurs(sender);
  }

  private boolean namesOneOfOurs(ReversePath sender) {
    return sender
        .mailbox()
        .flatMap(EmailAddress::domainName)
        .filter(domain -> connector.senderDomains().stream().anyMatch(p -> p.matches(domain)))
        .isPresent();
  }
}
