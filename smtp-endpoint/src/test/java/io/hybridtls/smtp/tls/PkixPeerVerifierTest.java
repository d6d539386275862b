package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkixPeerVerifierTest {

  private final TestCa ca = TestCa.named("Contoso");
  private final List<Runnable> work = new ArrayList<>();
  private Instant now = Instant.now();
  private TrustSource trust = TrustSource.systemRoots();
  private PkixPeerVerifier verifier = verifierFor(new TrustRoots(Map.of()));

  @BeforeEach
  void trustTheCa(@TempDir Path folder) throws Exception {
    trust = new TrustSource.CaFile(ca.writeRoot(folder.resolve("ca.pem")));
    verifier = verifierFor(rootsOf(trust));
  }

  @Test
  void shouldVerifyAChainToATrustedRoot() {
    PeerIdentity identity = verify(ca.issue("mail.contoso.example").chain());

    assertThat(identity.verified()).isPresent();
    assertThat(identity.verified().get().names())
        .containsExactly(DnsName.of("mail.contoso.example"));
    assertThat(identity.describe()).isEqualTo("verified certificate for mail.contoso.example");
  }

  @Test
  void shouldTellTheRolesThatTheKeyPurposesPermit() {
    HeldCertificate serverOnly =
        ca.leaf("mail.contoso.example").roles(CertificateRole.SERVER).issue();

    assertThat(verify(serverOnly.chain()).verified().orElseThrow().permittedRoles())
        .containsExactly(CertificateRole.SERVER);
  }

  @Test
  void shouldNameTheIssuerWhenTheRootIsNotTrusted() {
    PeerIdentity identity = verify(TestCa.named("Mallory").issue("mail.contoso.example").chain());

    assertThat(identity.verified()).isEmpty();
    assertThat(identity.describe()).contains("CN=Mallory Root").contains("ca.pem");
  }

  @Test
  void shouldRefuseAChainWithoutItsIntermediate() {
    assertThat(verify(List.of(ca.issue("mail.contoso.example").leaf())).verified()).isEmpty();
  }

  @Test
  void shouldSayThatACertificateHasExpired() {
    HeldCertificate held = ca.issue("mail.contoso.example");
    now = held.notAfter().plusSeconds(1);

    assertThat(verify(held.chain()).describe()).contains("has expired");
  }

  @Test
  void shouldSayThatACertificateIsNotValidYet() {
    HeldCertificate held = ca.issue("mail.contoso.example");
    now = held.notBefore().minusSeconds(1);

    assertThat(verify(held.chain()).describe()).contains("not valid yet");
  }

  @Test
  void shouldAnswerAKnownChainWithoutWork() {
    List<X509Certificate> chain = ca.issue("mail.contoso.example").chain();
    verify(chain);

    PeerIdentity again =
        verifier.verify(chain, trust, CertificateRole.CLIENT).toCompletableFuture().getNow(null);

    assertThat(again).isInstanceOf(PeerIdentity.Verified.class);
    assertThat(work).isEmpty();
  }

  @Test
  void shouldLookAgainAfterAnHour() {
    List<X509Certificate> chain = ca.issue("mail.contoso.example").chain();
    verify(chain);
    now = now.plus(Duration.ofHours(1));

    var pending = verifier.verify(chain, trust, CertificateRole.CLIENT).toCompletableFuture();

    assertThat(pending).isNotDone();
    assertThat(work).hasSize(1);
  }

  @Test
  void shouldForgetWhenTheRootsChange() {
    List<X509Certificate> chain = ca.issue("mail.contoso.example").chain();
    verify(chain);

    verifier.reconfigure(new TrustRoots(Map.of()));

    assertThat(verify(chain).describe()).contains("no root is trusted");
  }

  @Test
  void shouldRefuseWhatOurPrivateCaHasRevokedAndNothingElse() {
    HeldCertificate stolen = ca.issue("device42.contoso.example");
    HeldCertificate other = ca.issue("device43.contoso.example");
    assertThat(verify(stolen.chain()).verified()).isPresent();

    verifier.reconfigure(revoking(stolen.leaf()));

    assertThat(verify(stolen.chain()).verified()).isEmpty();
    assertThat(verify(stolen.chain()).describe())
        .contains("CN=device42.contoso.example\" has been revoked by our private CA");
    assertThat(verify(other.chain()).verified()).isPresent();
  }

  @Test
  void shouldRefuseAllThatARevokedIssuingCaHasSigned() {
    verifier.reconfigure(revoking(ca.issuing()));

    assertThat(verify(ca.issue("device42.contoso.example").chain()).describe())
        .contains(ca.issuing().getSubjectX500Principal().getName())
        .contains("has been revoked by our private CA");
  }

  @Test
  void shouldReadTheRootsOfPrivateCasAnewAndLeaveFilesAsTheyWere() throws Exception {
    TrustSource file = trust;
    TrustSource own = new TrustSource.LocalIssuer("internal");
    List<X509Certificate> roots = new ArrayList<>(List.of(TestCa.named("First").root()));
    TrustRootsReader reader = new TrustRootsReader(name -> List.copyOf(roots));
    TrustRoots before = reader.read(Set.of(file, own));
    Files.writeString(((TrustSource.CaFile) file).file(), "half of a fi");

    assertThat(reader.withNews(before)).isEqualTo(before);
    roots.add(TestCa.named("Second").root());
    TrustRoots after = reader.withNews(before);

    assertThat(after.of(own)).hasSize(2);
    assertThat(after.of(file)).isEqualTo(before.of(file)).hasSize(1);
  }

  @Test
  void shouldCallAPeerWithoutACertificateAnonymous() {
    assertThat(verify(List.of())).isEqualTo(PeerIdentity.anonymous());
  }

  private PeerIdentity verify(List<X509Certificate> chain) {
    var stage = verifier.verify(chain, trust, CertificateRole.CLIENT).toCompletableFuture();
    List.copyOf(work).forEach(Runnable::run);
    work.clear();
    return stage.join();
  }

  private PkixPeerVerifier verifierFor(TrustRoots roots) {
    return new PkixPeerVerifier(roots, () -> now, work::add);
  }

  private TrustRoots revoking(X509Certificate certificate) {
    RevokedCertificate revoked =
        new RevokedCertificate(certificate.getIssuerX500Principal(), certificate.getSerialNumber());
    return new TrustRoots(Map.of(trust, Set.of(new TrustAnchor(ca.root(), null))), Set.of(revoked));
  }

  private static TrustRoots rootsOf(TrustSource source) throws Exception {
    return new TrustRootsReader(name -> List.of()).read(Set.of(source));
  }
}
