package io.hybridtls.smtp.inbound;

import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.util.List;
import java.util.Optional;

/**
 * Who may send through this host, in the vocabulary of Exchange. A connector applies to a peer when
 * every condition it states holds: the certificate's name, the address, the sender's domain.
 *
 * @param name as configured; shown in logs and replies to the operator
 * @param requireTls whether mail from a peer it applies to is refused without TLS
 * @param tlsSenderCertificateName name that the client's verified certificate must carry
 * @param requireClientAuthPurpose whether that certificate must also allow clientAuth (RFC 5280,
 *     section 4.2.1.12); public CAs no longer issue it
 * @param senderIpAddresses blocks the client's address must lie in; empty means any
 * @param senderDomains domains of MAIL FROM it applies to; empty means any, the null sender
 *     included
 * @param recipientDomains domains to which it permits mail
 * @param restrictDomainsToCertificate whether mail from {@code senderDomains} is refused from every
 *     peer that does not carry the certificate name
 * @param restrictDomainsToIpAddresses the same for the addresses
 * @param cloudServicesMailEnabled whether cross-premises headers are believed and kept
 */
public record InboundConnector(
    String name,
    ConnectorType type,
    boolean requireTls,
    Optional<ReferenceIdentity> tlsSenderCertificateName,
    boolean requireClientAuthPurpose,
    List<AddressRange> senderIpAddresses,
    List<DomainPattern> senderDomains,
    List<DomainPattern> recipientDomains,
    boolean restrictDomainsToCertificate,
    boolean restrictDomainsToIpAddresses,
    boolean cloudServicesMailEnabled) {

  /** What a connector grants. */
  public enum ConnectorType {
    /**
     * The organisation's own systems and its cloud tenant: grants relay to the recipient domains.
     */
    ON_PREMISES,
    /** Another organisation: only restricts; grants nothing beyond the local domains. */
    PARTNER
  }

  public InboundConnector {
    senderIpAddresses = List.copyOf(senderIpAddresses);
    senderDomains = List.copyOf(senderDomains);
    recipientDomains = List.copyOf(recipientDomains);
  }
}
