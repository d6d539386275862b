package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer that checks revocation sees: lists fetched over HTTP, paths validated with them. */
class RevocationTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final VirtualTime clock = new VirtualTime(NOW);
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);

  @BeforeEach
  void start() throws Exception {
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void shouldLetAPeerValidateTheWholePathWithRevocation() throws Exception {
    LocalCa ca = published();
    HeldCertificate held = issue(ca);

    X509CRL ofLeaf = fetch(distributionPointOf(held.leaf().getExtensionValue("2.5.29.31")));
    X509CRL ofIssuing = fetch(distributionPointOf(ca.issuing().getExtensionValue("2.5.29.31")));

    assertThat(validate(ca, held, List.of(ofLeaf, ofIssuing)).getPublicKey())
        .isEqualTo(held.leaf().getPublicKey());
  }

  @Test
  void shouldSignAListThatIsGoodForAWeek() throws Exception {
    X509CRL list = fetch(base() + "/crl/internal.crl", published());

    assertThat(list.getThisUpdate()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(list.getNextUpdate()).isEqualTo(NOW.plus(Duration.ofDays(7)));
    assertThat(list.getRevokedCertificates()).isNullOrEmpty();
  }

  @Test
  void shouldSignAnewAfterADayAndNotBefore() throws Exception {
    LocalCa ca = published();
    String url = base() + "/crl/internal.crl";
    X509CRL first = fetch(url, ca);
    clock.advance(RevocationList.REFRESH.minusSeconds(1));
    X509CRL same = fetch(url, ca);
    clock.advance(Duration.ofSeconds(1));
    X509CRL next = fetch(url, ca);

    assertThat(same).isEqualTo(first);
    assertThat(next.getNextUpdate()).isAfter(first.getNextUpdate());
  }

  @Test
  void shouldServeTheCertificatesOfBothAuthorities() throws Exception {
    LocalCa ca = published();

    assertThat(get(base() + "/ca/internal-root.crt")).isEqualTo(ca.root().getEncoded());
    assertThat(get(base() + "/ca/internal-issuing.crt")).isEqualTo(ca.issuing().getEncoded());
  }

  private LocalCa published() throws Exception {
    LocalCaSettings settings =
        new LocalCaSettings(
            "internal", "Contoso Mail", Duration.ofDays(90), Optional.of(URI.create(base())));
    LocalCa ca = LocalCa.open(settings, new InMemoryCertificateStore(), clock, new SecureRandom());
    ca.publishTo(routes);
    return ca;
  }

  private String base() {
    return "http://127.0.0.1:" + listener.address().getPort();
  }

  private static HeldCertificate issue(LocalCa ca) throws Exception {
    CertificateSpec spec =
        new CertificateSpec(
            CertificateId.of("mail"),
            List.of(DnsName.of("mail.contoso.example")),
            "internal",
            KeyAlgorithm.RSA_2048,
            Set.of(CertificateRole.SERVER, CertificateRole.CLIENT));
    return ca.issuer().issue(TestRequest.of(spec), step -> {});
  }

  private static PKIXCertPathValidatorResult validate(
      LocalCa ca, HeldCertificate held, List<X509CRL> lists) throws Exception {
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(held.chain());
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
    revocation.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca.root(), null)));
    parameters.setDate(Date.from(NOW));
    parameters.addCertPathChecker(revocation);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    return (PKIXCertPathValidatorResult) validator.validate(path, parameters);
  }

  private static String distributionPointOf(byte[] extension) {
    byte[] content = ASN1OctetString.getInstance(extension).getOctets();
    GeneralNames names =
        GeneralNames.getInstance(
            CRLDistPoint.getInstance(content)
                .getDistributionPoints()[0]
                .getDistributionPoint()
                .getName());
    return names.getNames()[0].getName().toString();
  }

  private static X509CRL fetch(String url, LocalCa signedBy) throws Exception {
    X509CRL list = fetch(url);
    list.verify(signedBy.issuing().getPublicKey());
    return list;
  }

  private static X509CRL fetch(String url) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(get(url)));
  }

  private static byte[] get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
        .body();
  }
}
