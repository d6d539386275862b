package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.smtp.inbound.AddressRange;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A private CA called {@code internal}, its clock, its store and its folder. */
final class CaWorld {

  static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  /** As the configuration has it by default. */
  static final LifetimeSettings LIFETIMES = lifetimes(3650, 1825, 90);

  static final SecureRandom RANDOM = new SecureRandom();

  final VirtualTime clock = new VirtualTime(START);
  final InMemoryCertificateStore store = new InMemoryCertificateStore();
  final Path directory;
  private LifetimeSettings lifetimes = LIFETIMES;
  private ConstraintSettings constraints = ConstraintSettings.NONE;
  private Optional<URI> base = Optional.of(URI.create("http://mail.contoso.example/pki/"));

  CaWorld(Path directory) {
    this.directory = directory;
  }

  /** In days. */
  static LifetimeSettings lifetimes(long root, long issuing, long endEntity) {
    return new LifetimeSettings(
        Duration.ofDays(root), Duration.ofDays(issuing), Duration.ofDays(endEntity));
  }

  static ConstraintSettings permitting(List<String> domains, List<String> addresses) {
    return new ConstraintSettings(
        domains.stream().map(DnsName::of).toList(),
        addresses.stream().map(AddressRange::of).toList());
  }

  CaWorld with(LifetimeSettings changed) {
    lifetimes = changed;
    return this;
  }

  CaWorld with(ConstraintSettings changed) {
    constraints = changed;
    return this;
  }

  CaWorld servedAt(String url) {
    base = Optional.of(URI.create(url));
    return this;
  }

  LocalCaSettings settings() {
    return new LocalCaSettings("internal", "Contoso Mail", lifetimes, constraints, base);
  }

  /** As at the start of the agent. */
  LocalCa open() throws StoreException {
    return LocalCa.open(settings(), store, directory, clock, RANDOM);
  }

  static CertificateSpec spec(KeyAlgorithm key, Set<CertificateRole> roles, String... names) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        Stream.of(names).map(DnsName::of).toList(),
        "internal",
        key,
        roles);
  }

  static HeldCertificate issue(LocalCa ca, CertificateSpec spec) throws IssuanceException {
    return ca.issuer().issue(TestRequest.of(spec), step -> {});
  }

  static HeldCertificate issue(LocalCa ca) throws IssuanceException {
    return issue(
        ca, spec(KeyAlgorithm.EC_P256, Set.of(CertificateRole.SERVER), "mail.contoso.example"));
  }

  static X509Certificate issuerOf(HeldCertificate held) {
    return held.chain().get(1);
  }
}
