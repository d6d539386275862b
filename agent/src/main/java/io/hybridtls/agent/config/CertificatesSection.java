package io.hybridtls.agent.config;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code certificates}: what should exist. */
final class CertificatesSection {

  private static final ValueReader<KeyAlgorithm> KEY =
      Readers.choice(Arrays.asList(KeyAlgorithm.values()), KeyAlgorithm::label);

  private CertificatesSection() {}

  static Certificates read(List<Section> entries, Issuers issuers) {
    Map<String, Optional<CertificateSpec>> specs = new LinkedHashMap<>();
    entries.forEach(entry -> specs.put(entry.name(), read(entry, issuers)));
    return new Certificates(specs);
  }

  private static Optional<CertificateSpec> read(Section certificate, Issuers issuers) {
    Setting<List<DnsName>> names =
        certificate.required(
            "names", Readers.someOf(NetworkReaders.DNS_NAME), "[\"mail.contoso.example\"]");
    Setting<String> issuer =
        certificate.required("issuer", Readers.text("letsencrypt"), "letsencrypt");
    Setting<KeyAlgorithm> key = certificate.value("key", KEY, "rsa-2048");
    Setting<List<CertificateRole>> roles =
        certificate.value(
            "roles", Readers.someOf(Readers.choice(CertificateRole.class)), "[server, client]");
    issuer.read().ifPresent(name -> issuers.require(issuer, name));
    issuer
        .read()
        .flatMap(issuers::hostsOnly)
        .ifPresent(
            challenge ->
                names
                    .read()
                    .ifPresent(all -> refuseWildcards(names, all, challenge, issuer.get())));
    return certificate.build(
        () ->
            new CertificateSpec(
                CertificateId.of(certificate.name()),
                names.get(),
                issuer.get(),
                key.get(),
                Set.copyOf(roles.get())));
  }

  /** RFC 8555, section 7.1.3: a wildcard is proved through the DNS alone. */
  private static void refuseWildcards(
      Setting<?> names, List<DnsName> written, String challenge, String issuer) {
    for (DnsName name : written) {
      if (name.isWildcard()) {
        names.wrong(
            name + " cannot be proved with " + challenge + ", the challenge of issuer " + issuer,
            "write out the names it stands for, or challenge = dns-01");
      }
    }
  }
}
