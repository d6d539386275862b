package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.testing.TestCa;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCaTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final VirtualTime clock = new VirtualTime(NOW);
  private final InMemoryCertificateStore store = new InMemoryCertificateStore();
  private final LocalCaSettings settings =
      new LocalCaSettings(
          "internal",
          "Contoso Mail",
          Duration.ofDays(90),
          Optional.of(URI.create("http://mail.contoso.example/pki/")));

  @Test
  void shouldMakeARootAndAnIssuingCa() throws Exception {
    LocalCa ca = open();

    assertThat(ca.root().getSubjectX500Principal().getName()).isEqualTo("CN=Contoso Mail Root CA");
    assertThat(ca.root().getBasicConstraints()).isEqualTo(1);
    assertThat(ca.root().getNotAfter()).isEqualTo(Instant.parse("2036-11-23T12:00:00Z"));
    assertThat(ca.issuing().getSubjectX500Principal().getName())
        .isEqualTo("CN=Contoso Mail Issuing CA");
    assertThat(ca.issuing().getBasicConstraints()).isZero();
    assertThat(ca.issuing().getNotAfter()).isEqualTo(Instant.parse("2031-11-23T12:00:00Z"));
    assertThat(ca.issuing().getKeyUsage())
        .startsWith(false, false, false, false, false, true, true);
  }

  @Test
  void shouldBeTheSameCaAfterARestart() throws Exception {
    LocalCa before = open();
    clock.advance(Duration.ofDays(100));
    LocalCa after = open();

    assertThat(after.root()).isEqualTo(before.root());
    assertThat(after.issuing()).isEqualTo(before.issuing());
  }

  @Test
  void shouldCompleteACaWhoseMakingWasInterrupted() throws Exception {
    X509Certificate root = open().root();
    store.deactivate(AuthorityMaker.ROOT);
    store.remove(AuthorityMaker.ISSUING);

    LocalCa completed = open();

    assertThat(completed.root()).isEqualTo(root);
    completed.issuing().verify(root.getPublicKey());
  }

  @Test
  void shouldNotReplaceARootThatWasLost() throws Exception {
    assertThat(open()).isNotNull();
    store.remove(AuthorityMaker.ROOT);

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("restore \"root\" from a backup");
  }

  @Test
  void shouldNotTakeAnIssuingCaOfAnotherRoot() throws Exception {
    LocalCa ca = open();
    HeldCertificate foreign = TestCa.named("Other").issue("other.example");
    store.activate(
        AuthorityMaker.ROOT, store.append(AuthorityMaker.ROOT, foreign, "x", "x").number());

    assertThat(ca).isNotNull();
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another root signed");
  }

  @Test
  void shouldIssueALeafThatPeersCanValidate() throws Exception {
    LocalCa ca = open();
    HeldCertificate held =
        ca.issuer().issue(TestRequest.of(spec(KeyAlgorithm.RSA_2048)), step -> {});

    assertThat(held.chain()).hasSize(2).doesNotContain(ca.root()).contains(ca.issuing());
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
        open()
            .issuer()
            .issue(TestRequest.of(spec(KeyAlgorithm.EC_P256, CertificateRole.CLIENT)), step -> {});

    assertThat(held.permittedRoles()).containsExactly(CertificateRole.CLIENT);
    assertThat(held.leaf().getKeyUsage()).startsWith(true, false, false);
    assertThat(held.key().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void shouldUseANewKeyAndAnUnforeseeableSerialEachTime() throws Exception {
    LocalCa ca = open();
    HeldCertificate first =
        ca.issuer().issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {});
    HeldCertificate second =
        ca.issuer().issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {});

    assertThat(first.spkiSha256()).isNotEqualTo(second.spkiSha256());
    assertThat(first.serial()).isNotEqualTo(second.serial());
    assertThat(first.leaf().getSerialNumber().bitLength()).isBetween(90, 128);
  }

  @Test
  void shouldLeaveOutACommonNameThatWouldBeTooLong() throws Exception {
    String longName = "a".repeat(60) + ".contoso.example";
    CertificateSpec spec =
        new CertificateSpec(
            CertificateId.of("mail"),
            List.of(DnsName.of(longName)),
            "internal",
            KeyAlgorithm.EC_P256,
            Set.of(CertificateRole.SERVER));

    HeldCertificate held = open().issuer().issue(TestRequest.of(spec), step -> {});

    assertThat(held.leaf().getSubjectX500Principal().getName()).isEmpty();
    assertThat(held.leaf().getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(held.names()).containsExactly(DnsName.of(longName));
  }

  @Test
  void shouldNeverLetALeafOutliveTheIssuingCa() throws Exception {
    LocalCa ca = open();
    clock.set(ca.issuing().getNotAfter().toInstant().minus(Duration.ofDays(10)));

    HeldCertificate held =
        ca.issuer().issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {});

    assertThat(held.notAfter()).isEqualTo(ca.issuing().getNotAfter().toInstant());
  }

  @Test
  void shouldIssueNothingOnceTheIssuingCaHasExpired() throws Exception {
    LocalCa ca = open();
    clock.set(ca.issuing().getNotAfter().toInstant());

    assertThatThrownBy(
            () -> ca.issuer().issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {}))
        .isInstanceOfSatisfying(
            IssuanceException.class,
            e -> assertThat(e.failure()).isInstanceOf(IssuanceFailure.Misconfigured.class))
        .hasMessageContaining("issuers.internal: the issuing CA expired at 2031-11-23T12:00:00Z");
  }

  @Test
  void shouldTellEachStep() throws Exception {
    List<String> steps = new ArrayList<>();
    HeldCertificate held =
        open().issuer().issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), steps::add);

    assertThat(held).isNotNull();
    assertThat(steps)
        .containsExactly("making a key (ec-p256)", "signing by CN=Contoso Mail Issuing CA");
  }

  @Test
  void shouldWriteItsRootForEverybodyToRead(@TempDir Path directory) throws Exception {
    LocalCa ca = open();
    Path file = ca.writeRoot(directory);

    assertThat(file).hasFileName("root.pem").hasContent(ca.rootPem());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    assertThat(directory.toFile().list()).containsExactly("root.pem");
  }

  @Test
  void shouldPublishUnderThePathOfTheBaseUrl() throws Exception {
    HttpRoutes routes = new HttpRoutes();
    open().publishTo(routes);

    assertThat(DistributionPoints.of(settings).served("/crl/internal.crl"))
        .isEqualTo("/pki/crl/internal.crl");
    assertThat(DistributionPoints.of(settings).url("/crl/internal.crl"))
        .contains("http://mail.contoso.example/pki/crl/internal.crl");
  }

  private LocalCa open() throws StoreException {
    return LocalCa.open(settings, store, clock, RANDOM);
  }

  private static CertificateSpec spec(KeyAlgorithm key, CertificateRole... roles) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        List.of(DnsName.of("mail.contoso.example"), DnsName.of("smtp.contoso.example")),
        "internal",
        key,
        roles.length == 0 ? Set.of(CertificateRole.values()) : Set.of(roles));
  }
}
