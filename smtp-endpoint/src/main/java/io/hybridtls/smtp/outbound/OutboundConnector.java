package io.hybridtls.smtp.outbound;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.tls.TrustSource;
import java.util.List;
import java.util.Optional;

/**
 * Where mail for some domains goes, and how safe the path must be.
 *
 * @param smartHosts next hops in order of preference; empty means that the recipient domain's MX
 *     records are used
 * @param certificate what we present; nothing when empty. A connector that presents a certificate
 *     never sends in plain text
 * @param trust the roots that a validated peer's chain must end at
 * @param maxConnections to one next hop, at once
 */
public record OutboundConnector(
    String name,
    List<DomainPattern> recipientDomains,
    List<SmartHost> smartHosts,
    TlsRequirement tls,
    Optional<CertificateId> certificate,
    TrustSource trust,
    int maxConnections) {

  public OutboundConnector {
    recipientDomains = List.copyOf(recipientDomains);
    smartHosts = List.copyOf(smartHosts);
    if (recipientDomains.isEmpty()) {
      throw new IllegalArgumentException("connector " + name + " serves no domain");
    }
    if (certificate.isPresent() && !tls.requiresTls()) {
      throw new IllegalArgumentException(
          "connector " + name + " presents a certificate, so it must require TLS");
    }
  }

  public boolean usesMx() {
    return smartHosts.isEmpty();
  }
}
