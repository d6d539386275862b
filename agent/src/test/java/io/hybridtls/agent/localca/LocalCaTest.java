package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.testing.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCaTest {

  private static final Instant NOW = CaWorld.START;
  private static final CertificateId ROOT = CertificateId.of("root");
  private static final CertificateId ISSUING = CertificateId.of("issuing");
  private static final Set<CertificateRole> BOTH = Set.of(CertificateRole.values());

  @TempDir private Path directory;
  private CaWorld world;

  @BeforeEach
  void begin() {
    world = new CaWorld(directory);
  }

  @Test
  void shouldMakeARootAndAnIssuingCa() throws Exception {
    LocalCa ca = world.open();
    X509Certificate root = ca.roots().get(0);
    X509Certificate issuing = CaWorld.issuerOf(CaWorld.issue(ca));

    assertThat(ca.roots()).hasSize(1);
    assertThat(root.getSubjectX500Principal().getName()).isEqualTo("CN=Contoso Mail Root CA");
    assertThat(root.getBasicConstraints()).isEqualTo(1);
    assertThat(root.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    assertThat(issuing.getSubjectX500Principal().getName()).isEqualTo("CN=Contoso Mail Issuing CA");
    assertThat(issuing.getBasicConstraints()).isZero();
    assertThat(issuing.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(1825)));
    assertThat(issuing.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    assertThat(issuing.getCriticalExtensionOIDs()).doesNotContain("2.5.29.30");
  }

  @Test
  void shouldBeTheSameCaAfterARestart() throws Exception {
    LocalCa before = world.open();
    world.clock.advance(Duration.ofDays(100));
    LocalCa after = world.open();

    assertThat(after.roots()).isEqualTo(before.roots());
    assertThat(CaWorld.issuerOf(CaWorld.issue(after)))
        .isEqualTo(CaWorld.issuerOf(CaWorld.issue(before)));
  }

  @Test
  void shouldCompleteACaWhoseMakingWasInterrupted() throws Exception {
    List<X509Certificate> roots = world.open().roots();
    world.store.deactivate(ROOT);
    world.store.remove(ISSUING);

    LocalCa completed = world.open();

    assertThat(completed.roots()).isEqualTo(roots);
    CaWorld.issuerOf(CaWorld.issue(completed)).verify(roots.get(0).getPublicKey());
  }

  @Test
  void shouldNotReplaceARootThatWasLost() throws Exception {
    assertThat(world.open()).isNotNull();
    world.store.remove(ROOT);

    assertThatThrownBy(world::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("restore \"root\" from a backup");
  }

  @Test
  void shouldNotTakeAnIssuingCaOfAnotherRoot() throws Exception {
    assertThat(world.open()).isNotNull();
    world.store.remove(ROOT);
    HeldCertificate foreign = TestCa.named("Other").issue("other.example");
    world.store.append(ROOT, List.of(foreign), "x", "x");

    assertThatThrownBy(world::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another root signed");
  }

  @Test
  void shouldIssueALeafThatPeersCanValidate() throws Exception {
    LocalCa ca = world.open();
    HeldCertificate held =
        CaWorld.issue(
            ca,
            CaWorld.spec(
                KeyAlgorithm.RSA_2048, BOTH, "mail.contoso.example", "smtp.contoso.example"));

    assertThat(held.chain()).hasSize(2).doesNotContainAnyElementsOf(ca.roots());
    assertThat(held.names())
        .containsExactly(DnsName.of("mail.contoso.example"), DnsName.of("smtp.contoso.example"));
    assertThat(held.leaf().getSubjectX500Principal().getName())
        .isEqualTo("CN=mail.contoso.example");
    assertThat(held.notBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(held.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    assertThat(held.leaf().getBasicConstraints()).isEqualTo(-1);
    assertThat(held.leaf().getKeyUsage()).startsWith(true, false, true, false);
    assertThat(held.permittedRoles()).containsExactlyInAnyOrder(CertificateRole.values());
  }

  @Test
  void shouldNameThePurposesOfItsRolesOnly() throws Exception {
    HeldCertificate held =
        CaWorld.issue(
            world.open(),
            CaWorld.spec(
                KeyAlgorithm.EC_P256, Set.of(CertificateRole.CLIENT), "mail.contoso.example"));

    assertThat(held.permittedRoles()).containsExactly(CertificateRole.CLIENT);
    assertThat(held.leaf().getKeyUsage()).startsWith(true, false, false);
    assertThat(held.key().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void shouldUseAnUnforeseeableSerialEachTime() throws Exception {
    LocalCa ca = world.open();
    HeldCertificate first = CaWorld.issue(ca);
    HeldCertificate second = CaWorld.issue(ca);

    assertThat(first.serial()).isNotEqualTo(second.serial());
    assertThat(first.leaf().getSerialNumber().bitLength()).isBetween(90, 128);
  }

  @Test
  void shouldLeaveOutACommonNameThatWouldBeTooLong() throws Exception {
    String longName = "a".repeat(60) + ".contoso.example";

    HeldCertificate held =
        CaWorld.issue(world.open(), CaWorld.spec(KeyAlgorithm.EC_P256, BOTH, longName));

    assertThat(held.leaf().getSubjectX500Principal().getName()).isEmpty();
    assertThat(held.leaf().getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(held.names()).containsExactly(DnsName.of(longName));
  }

  @Test
  void shouldCertifyAddresses() throws Exception {
    CertificateSpec spec =
        CaWorld.spec(KeyAlgorithm.EC_P256, BOTH, "mail.contoso.example")
            .withAddresses(List.of(IpAddress.of("192.0.2.7"), IpAddress.of("2001:db8::7")));

    HeldCertificate held = CaWorld.issue(world.open(), spec);

    assertThat(held.addresses()).containsExactlyElementsOf(spec.addresses());
    assertThat(held.names()).containsExactly(DnsName.of("mail.contoso.example"));
  }

  @Test
  void shouldTellEachStep() throws Exception {
    List<String> steps = new ArrayList<>();
    CertificateSpec spec = CaWorld.spec(KeyAlgorithm.EC_P256, BOTH, "mail.contoso.example");
    HeldCertificate held = world.open().issuer().issue(TestRequest.of(spec), steps::add);

    assertThat(held).isNotNull();
    assertThat(steps)
        .containsExactly("making a key (ec-p256)", "signing by CN=Contoso Mail Issuing CA");
  }

  @Test
  void shouldIssueNothingThatItCannotWriteDown() throws Exception {
    LocalCa ca = world.open();
    Files.delete(directory.resolve("issued"));

    assertThatThrownBy(() -> CaWorld.issue(ca))
        .isInstanceOfSatisfying(
            IssuanceException.class,
            e -> assertThat(e.failure()).isInstanceOf(IssuanceFailure.NotStored.class));
  }

  @Test
  void shouldWriteItsRootForEverybodyToRead() throws Exception {
    LocalCa ca = world.open();
    Path file = directory.resolve("root.pem");

    assertThat(file).hasContent(ca.rootPem());
    assertThat(ca.notice()).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder("root.pem", "issued", "crl-number");
  }

  @Test
  void shouldPublishUnderThePathOfTheBaseUrl() {
    DistributionPoints points = DistributionPoints.of(world.settings());
    String path = points.listPath(Authority.Kind.ISSUING, 1);

    assertThat(points.served(path)).isEqualTo("/pki/crl/internal/issuing-1.crl");
  }
}
