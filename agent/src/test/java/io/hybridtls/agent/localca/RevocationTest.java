package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.smtp.tls.RevokedCertificate;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a peer that checks revocation sees: lists fetched over HTTP, paths validated with them. */
class RevocationTest {

  private static final String NUMBER = "2.5.29.20";
  private static final String AUTHORITY_KEY = "2.5.29.35";
  private static final String DISTRIBUTION_POINTS = "2.5.29.31";
  private static final String ISSUER = "1.3.6.1.5.5.7.1.1";

  private static final Instant NOW = CaWorld.START;

  @TempDir private Path directory;
  private CaWorld world;
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);

  @BeforeEach
  void start() throws Exception {
    listener.start();
    world = new CaWorld(directory).servedAt(base());
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void shouldLetAPeerValidateTheWholePathWithRevocation() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);

    assertThat(validate(ca, held).getPublicKey()).isEqualTo(held.leaf().getPublicKey());
  }

  @Test
  void shouldNotLetAPeerValidateWhatIsRevoked() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);
    HeldCertificate other = CaWorld.issue(ca);

    RevocationResult result = ca.revoke(held.serial(), RevocationReason.KEY_COMPROMISE);

    assertThat(result.describe()).isEqualTo("revoked certificate mail (key-compromise)");
    assertThatThrownBy(() -> validate(ca, held))
        .hasMessageContaining("revoked, reason: KEY_COMPROMISE, revocation date: ");
    assertThat(validate(ca, other)).isNotNull();
  }

  @Test
  void shouldSignAListThatIsGoodForAWeek() throws Exception {
    X509CRL list = listOf(CaWorld.issue(published()));

    assertThat(list.getThisUpdate()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(list.getNextUpdate()).isEqualTo(NOW.plus(Duration.ofDays(7)));
    assertThat(list.getRevokedCertificates()).isNullOrEmpty();
    assertThat(list.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder(NUMBER, AUTHORITY_KEY);
  }

  @Test
  void shouldSignAnewAfterADayAndNotBefore() throws Exception {
    HeldCertificate held = CaWorld.issue(published());
    X509CRL first = listOf(held);
    world.clock.advance(RevocationList.REFRESH.minusSeconds(1));
    X509CRL same = listOf(held);
    world.clock.advance(Duration.ofSeconds(1));
    X509CRL next = listOf(held);

    assertThat(same).isEqualTo(first);
    assertThat(next.getNextUpdate()).isAfter(first.getNextUpdate());
    assertThat(numberOf(next)).isGreaterThan(numberOf(first));
  }

  @Test
  void shouldSignAtOnceWhenThereIsNewsAndTwiceInASecondWithTwoNumbers() throws Exception {
    LocalCa ca = published();
    HeldCertificate one = CaWorld.issue(ca);
    HeldCertificate two = CaWorld.issue(ca);
    BigInteger before = numberOf(listOf(one));

    ca.revoke(one.serial(), RevocationReason.SUPERSEDED);
    X509CRL first = listOf(one);
    ca.revoke(two.serial(), RevocationReason.UNSPECIFIED);
    X509CRL second = listOf(one);

    assertThat(numberOf(first)).isGreaterThan(before);
    assertThat(numberOf(second)).isGreaterThan(numberOf(first));
    assertThat(first.getRevokedCertificates()).hasSize(1);
    assertThat(second.getRevokedCertificate(one.leaf()).getRevocationReason())
        .isEqualTo(CRLReason.SUPERSEDED);
    assertThat(second.getRevokedCertificate(two.leaf()).hasExtensions()).isFalse();
  }

  @Test
  void shouldStillBeRevokedAfterARestartWhateverTheClockDoes() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);
    ca.revoke(held.serial(), RevocationReason.PRIVILEGE_WITHDRAWN);
    X509CRL before = listOf(held);
    world.clock.advance(Duration.ofDays(-3));

    LocalCa restarted = published();
    X509CRL after = listOf(held);

    assertThat(after.getRevokedCertificate(held.leaf())).isNotNull();
    assertThat(numberOf(after)).isGreaterThan(numberOf(before));
    assertThat(restarted.revoke(held.serial(), RevocationReason.UNSPECIFIED).describe())
        .isEqualTo("it was revoked before, at 2026-11-23T12:00:00Z (privilege-withdrawn)");
  }

  @Test
  void shouldLeaveTheListAfterOneListPastItsExpiry() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);
    ca.revoke(held.serial(), RevocationReason.SUPERSEDED);

    world.clock.set(held.notAfter());
    assertThat(listOf(held).getRevokedCertificate(held.leaf())).isNotNull();
    world.clock.advance(Duration.ofDays(20)); // nobody asked for a list in between
    assertThat(listOf(held).getRevokedCertificate(held.leaf())).isNotNull();
    world.clock.advance(RevocationList.REFRESH.minusSeconds(1));
    assertThat(listOf(held).getRevokedCertificate(held.leaf())).isNotNull();
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(listOf(held).getRevokedCertificate(held.leaf())).isNull();
  }

  @Test
  void shouldSayWhatCannotBeRevoked() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);

    assertThat(ca.revoke("0xAB:cd", RevocationReason.UNSPECIFIED).describe())
        .isEqualTo("local CA internal has issued no certificate with serial abcd");
    assertThatThrownBy(() -> ca.revoke("../root", RevocationReason.UNSPECIFIED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"../root\" is not a serial number; write it in hexadecimal");
    world.clock.set(held.notAfter().plusSeconds(1));
    assertThat(ca.revoke(held.serial(), RevocationReason.UNSPECIFIED).describe())
        .startsWith("it expired at 2027-02-21T12:00:00Z");
  }

  @Test
  void shouldServeAnIssuingCaUnderItsUrlsAfterItWasSucceeded() throws Exception {
    LocalCa ca = published();
    HeldCertificate old = CaWorld.issue(ca);
    world.clock.set(CaWorld.issuerOf(old).getNotAfter().toInstant().minus(Duration.ofDays(91)));
    HeldCertificate fresh = CaWorld.issue(ca);
    ca.revoke(fresh.serial(), RevocationReason.SUPERSEDED);

    assertThat(CaWorld.issuerOf(fresh)).isNotEqualTo(CaWorld.issuerOf(old));
    assertThat(urlOf(fresh.leaf())).isNotEqualTo(urlOf(old.leaf()));
    assertThat(listOf(old).getRevokedCertificates()).isNullOrEmpty();
    assertThat(listOf(fresh).getRevokedCertificate(fresh.leaf())).isNotNull();
    for (HeldCertificate held : List.of(old, fresh)) {
      assertThat(get(issuerUrlOf(held.leaf()))).isEqualTo(CaWorld.issuerOf(held).getEncoded());
      assertThat(get(issuerUrlOf(CaWorld.issuerOf(held))))
          .isEqualTo(ca.roots().get(0).getEncoded());
    }
  }

  @Test
  void shouldServeAnIssuingCaUnderItsUrlsAfterARestartToo() throws Exception {
    HeldCertificate old = CaWorld.issue(published());
    world.clock.set(CaWorld.issuerOf(old).getNotAfter().toInstant().minus(Duration.ofDays(91)));
    assertThat(CaWorld.issue(published())).isNotNull();

    listOf(old).verify(CaWorld.issuerOf(old).getPublicKey());
  }

  @Test
  void aRevokedIssuingCaShouldTakeAllThatItSignedWithItAndBeSucceededAtOnce() throws Exception {
    LocalCa ca = published();
    HeldCertificate lost = CaWorld.issue(ca);
    ca.issueFor("device42", PeerCsr.ofEcKey().der(), PeerCsr.CLIENT, Optional.empty());
    X509Certificate stolen = CaWorld.issuerOf(lost);

    RevocationResult result = ca.revoke(serialOf(stolen), RevocationReason.KEY_COMPROMISE);

    assertThat(result.describe())
        .isEqualTo(
            "revoked CN=Contoso Mail Issuing CA (key-compromise) and with it what it has signed;"
                + " CN=Contoso Mail Issuing CA 2 signs from now on; to be issued anew: certificate"
                + " mail, peer device42");
    assertThatThrownBy(() -> validate(ca, lost)).hasMessageContaining("revoked");
    HeldCertificate fresh = CaWorld.issue(ca);
    assertThat(CaWorld.issuerOf(fresh).getPublicKey()).isNotEqualTo(stolen.getPublicKey());
    assertThat(validate(ca, fresh)).isNotNull();
    assertThat(ca.issuing()).containsExactly(CaWorld.issuerOf(fresh));
    assertThat(ca.revoked()).containsExactly(RevokedCertificate.named(stolen));
  }

  @Test
  void aRevokedIssuingCaShouldSignNothingAfterARestartEither() throws Exception {
    LocalCa ca = published();
    HeldCertificate lost = CaWorld.issue(ca);
    ca.revoke(serialOf(CaWorld.issuerOf(lost)), RevocationReason.KEY_COMPROMISE);
    X509Certificate successor = CaWorld.issuerOf(CaWorld.issue(ca));

    LocalCa restarted = published();

    assertThat(CaWorld.issuerOf(CaWorld.issue(restarted))).isEqualTo(successor);
    assertThat(restarted.revoked())
        .containsExactly(RevokedCertificate.named(CaWorld.issuerOf(lost)));
    assertThatThrownBy(() -> validate(restarted, lost)).hasMessageContaining("revoked");
    assertThat(
            restarted
                .revoke(serialOf(CaWorld.issuerOf(lost)), RevocationReason.SUPERSEDED)
                .describe())
        .startsWith("it was revoked before");
  }

  @Test
  void aRevokedIssuingCaShouldSignNothingWhenItsSuccessorCannotBeKept() throws Exception {
    FillingStore store = new FillingStore(world.store);
    LocalCa ca = LocalCa.open(world.settings(), store, directory, world.clock, CaWorld.RANDOM);
    X509Certificate stolen = CaWorld.issuerOf(CaWorld.issue(ca));
    store.fillUp();

    assertThat(ca.revoke(serialOf(stolen), RevocationReason.KEY_COMPROMISE).describe())
        .contains("another is made before the next certificate is signed", "the disk is full");
    assertThatThrownBy(() -> CaWorld.issue(ca))
        .hasMessageContaining("a new issuing CA is needed: the disk is full");
  }

  @Test
  void aRootShouldNotBeRevoked() throws Exception {
    LocalCa ca = published();

    assertThat(ca.revoke(serialOf(ca.roots().get(0)), RevocationReason.KEY_COMPROMISE).describe())
        .startsWith("it is a root, which cannot be revoked: take it out of what peers trust");
    assertThat(ca.revoked()).isEmpty();
  }

  @Test
  void shouldTellWhoeverListensThatSomethingIsRevoked() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = CaWorld.issue(ca);
    List<Set<RevokedCertificate>> heard = new ArrayList<>();
    ca.onNews(() -> heard.add(ca.revoked()));

    CaWorld.issue(ca);
    assertThat(heard).as("a certificate is no news").isEmpty();
    ca.revoke(held.serial(), RevocationReason.KEY_COMPROMISE);

    assertThat(heard).containsExactly(Set.of(RevokedCertificate.named(held.leaf())));
  }

  private static String serialOf(X509Certificate certificate) {
    return HeldCertificate.serialOf(certificate);
  }

  private LocalCa published() throws Exception {
    LocalCa ca = world.open();
    ca.publishTo(routes);
    return ca;
  }

  private String base() {
    return "http://127.0.0.1:" + listener.address().getPort();
  }

  private static PKIXCertPathValidatorResult validate(LocalCa ca, HeldCertificate held)
      throws Exception {
    List<X509CRL> lists = List.of(listOf(held), fetch(urlOf(CaWorld.issuerOf(held))));
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(held.chain());
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
    revocation.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(ca.roots().get(0), null)));
    parameters.setDate(Date.from(NOW.plusSeconds(1)));
    parameters.addCertPathChecker(revocation);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    return (PKIXCertPathValidatorResult) validator.validate(path, parameters);
  }

  /** The list that {@code held} names, as its issuer signed it. */
  private static X509CRL listOf(HeldCertificate held) throws Exception {
    X509CRL list = fetch(urlOf(held.leaf()));
    list.verify(CaWorld.issuerOf(held).getPublicKey());
    return list;
  }

  private static BigInteger numberOf(X509CRL list) {
    return ASN1Integer.getInstance(content(list, NUMBER)).getPositiveValue();
  }

  static String urlOf(X509Certificate certificate) {
    return GeneralNames.getInstance(
            CRLDistPoint.getInstance(content(certificate, DISTRIBUTION_POINTS))
                .getDistributionPoints()[0]
                .getDistributionPoint()
                .getName())
        .getNames()[0]
        .getName()
        .toString();
  }

  private static String issuerUrlOf(X509Certificate certificate) {
    return AuthorityInformationAccess.getInstance(content(certificate, ISSUER))
        .getAccessDescriptions()[0]
        .getAccessLocation()
        .getName()
        .toString();
  }

  private static byte[] content(X509Extension of, String extension) {
    return ASN1OctetString.getInstance(of.getExtensionValue(extension)).getOctets();
  }

  static X509CRL fetch(String url) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(get(url)));
  }

  private static byte[] get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
        .body();
  }
}
