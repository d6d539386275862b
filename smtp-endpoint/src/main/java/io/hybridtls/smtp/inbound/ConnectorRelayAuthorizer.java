package io.hybridtls.smtp.inbound;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.inbound.RelayVerdict.Permitted;
import io.hybridtls.smtp.inbound.RelayVerdict.Refused;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.List;
import java.util.Optional;

/**
 * Deny by default. Mail to an accepted domain is taken from anybody whom no connector restricts;
 * mail to any other domain only from a peer to which an on-premises connector applies that serves
 * the domain.
 */
public final class ConnectorRelayAuthorizer implements RelayAuthorizer {

  private static final SmtpReply STARTTLS_FIRST =
      SmtpReply.of(
          530, EnhancedStatus.of("5.7.0"), "Must issue a STARTTLS command first (RFC 3207)");
  private static final SmtpReply NOT_ATTRIBUTED =
      SmtpReply.of(
          550,
          EnhancedStatus.of("5.7.51"),
          "Sender domain is restricted to another certificate or address");
  private static final SmtpReply RELAYING_DENIED =
      SmtpReply.of(550, EnhancedStatus.of("5.7.1"), "Relaying denied");

  private final List<DomainPattern> acceptedDomains;
  private final List<InboundConnector> connectors;

  public ConnectorRelayAuthorizer(
      List<DomainPattern> acceptedDomains, List<InboundConnector> connectors) {
    this.acceptedDomains = List.copyOf(acceptedDomains);
    this.connectors = List.copyOf(connectors);
  }

  @Override
  public RelayVerdict maySend(SendingPeer peer, ReversePath sender) {
    for (InboundConnector connector : connectors) {
      ConnectorMatcher matcher = new ConnectorMatcher(connector);
      if (connector.requireTls() && !peer.secured() && matcher.concerns(peer, sender)) {
        return new Refused(STARTTLS_FIRST, "connector " + connector.name() + " requires TLS");
      }
      Optional<String> breach = matcher.breachedRestriction(peer, sender);
      if (breach.isPresent()) {
        return new Refused(NOT_ATTRIBUTED, "connector " + connector.name() + ": " + breach.get());
      }
    }
    return new Permitted("no restriction");
  }

  @Override
  public RelayVerdict mayRelay(SendingPeer peer, ReversePath sender, EmailAddress recipient) {
    Optional<DnsName> domain = recipient.domainName();
    if (domain.isEmpty()) {
      return new Refused(RELAYING_DENIED, "recipient " + recipient + " has no domain name");
    }
    if (acceptedDomains.stream().anyMatch(pattern -> pattern.matches(domain.get()))) {
      return new Permitted("accepted domain");
    }
    return connectors.stream()
        .filter(connector -> connector.type() == ConnectorType.ON_PREMISES)
        .filter(connector -> new ConnectorMatcher(connector).grantsTo(peer, sender))
        .filter(c -> c.recipientDomains().stream().anyMatch(p -> p.matches(domain.get())))
        .findFirst()
        .<RelayVerdict>map(connector -> new Permitted("connector " + connector.name()))
        .orElseGet(() -> new Refused(RELAYING_DENIED, whyNot(peer, domain.get())));
  }

  @Override
  public boolean believesHeaders(SendingPeer peer, ReversePath sender) {
    return connectors.stream()
        .filter(InboundConnector::cloudServicesMailEnabled)
        .filter(connector -> connector.tlsSenderCertificateName().isPresent())
        .anyMatch(connector -> new ConnectorMatcher(connector).grantsTo(peer, sender));
  }

  private static String whyNot(SendingPeer peer, DnsName domain) {
    return domain
        + " is not an accepted domain, and no on-premises connector grants relay to it for "
        + peer.address().getHostAddress()
        + " ("
        + peer.identity().describe()
        + ")";
  }
}
