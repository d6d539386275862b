package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which certificate of a generation a peer is shown, by either TLS library. */
class CertificateChoiceTest {

  private static final TestCa CA = TestCa.named("Contoso");
  private static final TestCa ELSEWHERE = TestCa.named("Fabrikam");
  private static final HeldCertificate RSA = CA.leaf("mail.contoso.example").rsa().issue();
  private static final HeldCertificate P256 = CA.issue("mail.contoso.example");
  private static final HeldCertificate P384 = ec(384);

  private static final String EVERY_LIBRARY_AND_VERSION =
      """
      BORINGSSL, TLSv1.3
      BORINGSSL, TLSv1.2
      JDK,       TLSv1.3
      JDK,       TLSv1.2
      """;

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aClientThatTakesBothShouldBeShownTheCheaperOne(TlsLibrary library, String version)
      throws Exception {
    assertThat(client(version).meetServer(server(library, RSA, P256))).isEqualTo(P256.leaf());
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aClientThatVerifiesRsaAloneShouldBeShownRsa(TlsLibrary library, String version)
      throws Exception {
    LimitedPeer client = client(version).without(CertificateChoiceTest::isEcdsa);

    assertThat(client.meetServer(server(library, P256, RSA))).isEqualTo(RSA.leaf());
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aClientThatVerifiesEcdsaAloneShouldBeShownEc(TlsLibrary library, String version)
      throws Exception {
    LimitedPeer client = client(version).without(CertificateChoiceTest::isRsa);

    assertThat(client.meetServer(server(library, RSA, P256))).isEqualTo(P256.leaf());
  }

  @ParameterizedTest
  @EnumSource
  void theCipherSuitesShouldDecideBeforeTls13(TlsLibrary library) throws Exception {
    LimitedPeer client =
        client("TLSv1.2").withCipherSuites("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    assertThat(client.meetServer(server(library, P256, RSA)))
        .as("it could verify ECDSA, but has no suite for it")
        .isEqualTo(RSA.leaf());
  }

  @ParameterizedTest
  @EnumSource
  void aCurveThatTheClientCannotVerifyShouldBePassedOver(TlsLibrary library) throws Exception {
    LimitedPeer client = client("TLSv1.3").without("SHA384withECDSA"::equals);

    assertThat(client.meetServer(server(library, P384, P256))).isEqualTo(P256.leaf());
    assertThat(client("TLSv1.3").meetServer(server(library, P384, P256))).isEqualTo(P384.leaf());
  }

  @ParameterizedTest
  @EnumSource
  void theCurvesOfTheClientShouldDecideBeforeTls13(TlsLibrary library) throws Exception {
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(new DeferredTrust())
            .endpointIdentificationAlgorithm(null)
            .protocols("TLSv1.2")
            .option(OpenSslContextOption.GROUPS, new String[] {"P-256"})
            .build();
    SSLEngine engine = client.newEngine(ByteBufAllocator.DEFAULT);
    X509Certificate[] shown = new X509Certificate[1];

    SelfCheck.prove(
        engine,
        server(library, P384, P256),
        () -> shown[0] = (X509Certificate) engine.getSession().getPeerCertificates()[0]);

    assertThat(shown[0].getEncoded()).isEqualTo(P256.leaf().getEncoded());
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aClientThatCanVerifyNoneShouldNotComeThrough(TlsLibrary library, String version)
      throws Exception {
    LimitedPeer ecdsaAlone = client(version).without(CertificateChoiceTest::isRsa);
    SSLEngine rsa = server(library, RSA);
    assertThatThrownBy(() -> ecdsaAlone.meetServer(rsa)).isInstanceOf(SSLException.class);

    LimitedPeer othersAlone =
        client(version)
            .without(name -> isRsa(name) || (isEcdsa(name) && !name.equals("SHA512withECDSA")));
    SSLEngine all = server(library, RSA, P384, P256);
    assertThatThrownBy(() -> othersAlone.meetServer(all)).isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aServerThatTakesAllShouldBePresentedThePrimaryOne(TlsLibrary library, String version)
      throws Exception {
    for (List<HeldCertificate> identities : List.of(List.of(RSA, P256), List.of(P256, RSA))) {
      SSLEngine client = client(library, identities);

      assertThat(server(version).meetClient(client)).isEqualTo(identities.get(0).leaf());
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aServerThatVerifiesEcdsaAloneShouldBePresentedEc(TlsLibrary library, String version)
      throws Exception {
    LimitedPeer server = server(version).without(CertificateChoiceTest::isRsa);

    assertThat(server.meetClient(client(library, List.of(RSA, P256)))).isEqualTo(P256.leaf());
  }

  @ParameterizedTest
  @CsvSource(textBlock = EVERY_LIBRARY_AND_VERSION)
  void aServerThatWishesAnotherIssuerShouldBePresentedThePrimaryOne(
      TlsLibrary library, String version) throws Exception {
    LimitedPeer server = LimitedPeer.server(P256, ELSEWHERE.root()).speaking(version);

    assertThat(server.meetClient(client(library, List.of(RSA, P256)))).isEqualTo(RSA.leaf());
  }

  @ParameterizedTest
  @EnumSource
  void aKeyThatNoHandshakeCanUseShouldBeFoundWhereverItStands(TlsLibrary library) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(512);
    HeldCertificate tooShort =
        CA.leaf("mail.contoso.example").keys(generator.generateKeyPair()).issue();
    ContextFactory factory = new ContextFactory(library);

    assertThatThrownBy(
            () -> factory.server(List.of(P256, tooShort), ClientCertificateMode.REQUESTED))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> factory.client(List.of(P256, tooShort)))
        .isInstanceOf(SSLException.class);
  }

  private static LimitedPeer client(String version) throws Exception {
    return LimitedPeer.client().speaking(version);
  }

  private static LimitedPeer server(String version) throws Exception {
    return LimitedPeer.server(P256, CA.root()).speaking(version);
  }

  private static SSLEngine server(TlsLibrary library, HeldCertificate... certificates)
      throws SSLException {
    return new ContextFactory(library)
        .server(List.of(certificates), ClientCertificateMode.REQUESTED)
        .newEngine(ByteBufAllocator.DEFAULT);
  }

  private static SSLEngine client(TlsLibrary library, List<HeldCertificate> identities)
      throws SSLException {
    return new ContextFactory(library).client(identities).newEngine(ByteBufAllocator.DEFAULT);
  }

  private static HeldCertificate ec(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(bits);
      return CA.leaf("mail.contoso.example").keys(generator.generateKeyPair()).issue();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isEcdsa(String algorithm) {
    return algorithm.contains("ECDSA");
  }

  private static boolean isRsa(String algorithm) {
    return algorithm.contains("RSA") && !isEcdsa(algorithm);
  }
}
