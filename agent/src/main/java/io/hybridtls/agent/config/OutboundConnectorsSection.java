package io.hybridtls.agent.config;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code smtp.outbound-connectors}: where mail goes, and how safe the path must be. */
final class OutboundConnectorsSection {

  private static final int MAX_CONNECTIONS = 1_000;

  /** Exchange's TlsSettings. */
  enum TlsLevel {
    ENCRYPTION_ONLY,
    CERTIFICATE_VALIDATION,
    DOMAIN_VALIDATION
  }

  private final Certificates certificates;
  private final Issuers issuers;
  private final Map<DomainPattern, String> served = new HashMap<>();

  OutboundConnectorsSection(Certificates certificates, Issuers issuers) {
    this.certificates = certificates;
    this.issuers = issuers;
  }

  List<OutboundConnector> read(List<Section> entries) {
    List<OutboundConnector> connectors = new ArrayList<>();
    entries.forEach(entry -> read(entry).ifPresent(connectors::add));
    return connectors;
  }

  private Optional<OutboundConnector> read(Section connector) {
    Setting<List<DomainPattern>> recipients =
        connector.required(
            "recipient-domains", Readers.someOf(NetworkReaders.DOMAIN_PATTERN), "[\"*\"]");
    Setting<List<SmartHost>> smartHosts =
        connector.value("smart-hosts", Readers.listOf(NetworkReaders.SMART_HOST), "[]");
    Setting<Optional<TlsLevel>> level =
        connector.optional("tls-settings", Readers.choice(TlsLevel.class));
    Setting<Optional<ReferenceIdentity>> domain =
        connector.optional("tls-domain", NetworkReaders.REFERENCE_IDENTITY);
    Setting<Optional<CertificateId>> certificate =
        connector.optional("certificate", Certificates.REFERENCE);
    TrustSettings trust = TrustSettings.read(connector, issuers);
    Setting<Integer> maxConnections =
        connector.value("max-connections", Readers.integer(1, MAX_CONNECTIONS), "8");
    recipients.read().ifPresent(domains -> claim(connector, recipients, domains));
    checkRoute(connector, smartHosts);
    level.read().ifPresent(value -> checkTls(connector, value, domain, trust));
    certificates.require(certificate, CertificateRole.CLIENT);
    return connector.build(
        () ->
            new OutboundConnector(
                connector.name(),
                recipients.get(),
                smartHosts.get(),
                requirement(level.get(), domain.get(), certificate.get().isPresent()),
                certificate.get(),
                trust.source(),
                maxConnections.get()));
  }

  private void claim(Section connector, Setting<?> setting, List<DomainPattern> domains) {
    for (DomainPattern domain : domains) {
      String other = served.putIfAbsent(domain, connector.name());
      if (other != null) {
        setting.wrong(
            Shown.text(domain.toString()) + " is served by connector " + other + " already",
            "leave it to one of the two");
      }
    }
  }

  private static void checkRoute(Section connector, Setting<List<SmartHost>> smartHosts) {
    boolean none = smartHosts.read().map(List::isEmpty).orElse(!smartHosts.written());
    Setting<Boolean> useMx =
        connector.value("use-mx-record", Readers.BOOLEAN, none ? "true" : "false");
    if (useMx.read().isEmpty()) {
      return;
    }
    if (none && !useMx.get()) {
      useMx.wrong(
          "without MX records and without smart-hosts there is nowhere to deliver to",
          "write smart-hosts, or use-mx-record = true");
    }
    if (!none && useMx.get()) {
      useMx.wrong(
          "mail goes to the smart-hosts or by MX records, not both",
          "remove smart-hosts, or use-mx-record");
    }
  }

  private static void checkTls(
      Section connector,
      Optional<TlsLevel> level,
      Setting<Optional<ReferenceIdentity>> domain,
      TrustSettings trust) {
    boolean validatesDomain = level.filter(TlsLevel.DOMAIN_VALIDATION::equals).isPresent();
    if (validatesDomain && !domain.written()) {
      connector.report(
          connector.location(),
          "tls-domain",
          "is missing, and domain-validation needs it",
          "write tls-domain, the name that the peer's certificate carries, or tls-settings ="
              + " certificate-validation");
    }
    if (!validatesDomain) {
      domain.wrongWhenWritten(
          "the peer's name is checked by domain-validation alone",
          "write tls-settings = domain-validation, or remove tls-domain");
    }
    if (level.isEmpty() || level.get() == TlsLevel.ENCRYPTION_ONLY) {
      trust.meaningless(
          "the peer's certificate is not checked with these tls-settings",
          "write tls-settings = certificate-validation or domain-validation, or remove this key");
    }
  }

  private static TlsRequirement requirement(
      Optional<TlsLevel> level, Optional<ReferenceIdentity> domain, boolean presents) {
    if (level.isEmpty()) {
      return presents ? new TlsRequirement.EncryptionOnly() : new TlsRequirement.Opportunistic();
    }
    return switch (level.get()) {
      case ENCRYPTION_ONLY -> new TlsRequirement.EncryptionOnly();
      case CERTIFICATE_VALIDATION -> new TlsRequirement.CertificateValidation();
      case DOMAIN_VALIDATION -> new TlsRequirement.DomainValidation(domain.orElseThrow());
    };
  }
}
