package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.CertificateId;
import java.util.Set;

/** Which contexts the configuration needs. */
public record TlsUses(Set<ServerUse> servers, Set<CertificateId> clients) {

  /** A certificate that a listener presents, and what it asks of its clients. */
  public record ServerUse(CertificateId certificate, ClientCertificateMode mode) {}

  public TlsUses {
    servers = Set.copyOf(servers);
    clients = Set.copyOf(clients);
  }
}
