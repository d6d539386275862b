package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issuance by a real CA that checks http-01 for real, and rejects a fifth of the nonces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class IssuanceContract {

  private static final Clock CLOCK = Clock.systemUTC();

  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);
  private Path folder;
  private PebblePeer pebble;
  private InMemoryKeyVault vault;

  /** {@code options}, for the Pebble of this version. */
  abstract PebbleOptions version(PebbleOptions options);

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    folder = own;
    listener.start();
    PebbleOptions options = PebbleOptions.http(listener.address().getPort());
    pebble = PebblePeer.start(folder, version(options));
  }

  @BeforeEach
  void begin() {
    vault = new InMemoryKeyVault();
  }

  @AfterAll
  void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    listener.close();
  }

  @Test
  void shouldIssueACertificateForTwoNames() throws Exception {
    List<String> steps = new ArrayList<>();
    HeldCertificate held =
        issuer(trusting()).issue(TestRequest.of(spec(KeyAlgorithm.RSA_2048)), steps::add);

    assertThat(held.names())
        .containsExactly(DnsName.of("mail.contoso.example"), DnsName.of("smtp.contoso.example"));
    assertThat(held.chain()).contains(pebble.issuedIntermediate());
    assertThat(held.key().getAlgorithm()).isEqualTo("RSA");
    assertValid(held);
    assertThat(steps)
        .contains(
            "finding the account at " + pebble.directory(),
            "ordering mail.contoso.example, smtp.contoso.example",
            "downloading the certificate and its chain");
  }

  @Test
  void shouldRenewUnderTheSameAccountWithANewKey() throws Exception {
    CertificateIssuer issuer = issuer(trusting());
    int before = accountsMade();
    HeldCertificate first = issuer.issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {});
    HeldCertificate second = issuer.issue(TestRequest.of(spec(KeyAlgorithm.EC_P256)), step -> {});
    HeldCertificate third =
        issuer(trusting()).issue(TestRequest.of(spec(KeyAlgorithm.EC_P384)), step -> {});

    assertThat(Stream.of(first, second, third).map(HeldCertificate::serial))
        .doesNotHaveDuplicates();
    assertThat(Stream.of(first, second, third).map(HeldCertificate::spkiSha256))
        .doesNotHaveDuplicates();
    assertThat(vault.names()).containsExactly(AcmeAccounts.keyName(trusting()));
    assertThat(accountsMade()).isEqualTo(before + 1);
  }

  @Test
  void shouldTakeEveryAnswerAwayAgain() throws Exception {
    RecordingSolver solver = new RecordingSolver(new Http01Solver(routes));
    HeldCertificate held =
        issuer(trusting(), solver).issue(TestRequest.of(freshSpec()), step -> {});

    assertThat(held).isNotNull();
    assertThat(solver.presented()).isPositive().isEqualTo(solver.withdrawn());
  }

  @Test
  void shouldReportTheWordsOfTheCaWhenItDoesNotFindTheAnswer() {
    RecordingSolver solver = new RecordingSolver(new Http01Solver(new HttpRoutes()));
    IssuanceException thrown =
        catchThrowableOfType(
            IssuanceException.class,
            () -> issuer(trusting(), solver).issue(TestRequest.of(freshSpec()), step -> {}));

    assertThat(thrown.failure()).isInstanceOf(IssuanceFailure.Rejected.class);
    assertThat(thrown)
        .hasMessageContaining("fresh.contoso.example: urn:ietf:params:acme:error:unauthorized:")
        .hasMessageContaining("404");
    assertThat(solver.presented()).isPositive().isEqualTo(solver.withdrawn());
  }

  @Test
  void shouldReportThatTheCaCouldNotConnect(@TempDir Path ownFolder) {
    try (PebblePeer elsewhere =
        PebblePeer.start(ownFolder, version(PebbleOptions.http(PebblePeer.freePort())))) {
      IssuanceException thrown =
          failure(settings(Optional.of(elsewhere.httpsRoot()), true, elsewhere.directory()));

      assertThat(thrown.failure()).isInstanceOf(IssuanceFailure.Rejected.class);
      assertThat(thrown)
          .hasMessageContaining("fresh.contoso.example: urn:ietf:params:acme:error:connection:")
          .hasMessageContaining("connection refused");
    }
  }

  @Test
  void shouldAskForTheTrustedCaFileWhenTheServerIsNotTrusted() {
    AcmeSettings settings = settings(Optional.empty(), true, pebble.directory());
    IssuanceException thrown = failure(settings);

    assertThat(thrown.failure()).isInstanceOf(IssuanceFailure.Misconfigured.class);
    assertThat(thrown)
        .hasMessageStartingWith("issuers.pebble.trusted-ca-file: " + pebble.directory())
        .hasMessageContaining("name the PEM file with the root");
  }

  @Test
  void shouldNameTheTermsThatWereNotAgreedTo() {
    IssuanceException thrown =
        failure(settings(Optional.of(pebble.httpsRoot()), false, pebble.directory()));

    assertThat(thrown)
        .hasMessageStartingWith("issuers.pebble.terms-of-service-agreed: ")
        .hasMessageContaining("read data:text/plain");
    assertThat(vault.names()).isEmpty();
  }

  @Test
  void shouldSayThatAnotherPageIsNotADirectory() {
    IssuanceException thrown =
        failure(
            settings(
                Optional.of(pebble.httpsRoot()), true, pebble.directory().resolve("/nothing")));

    assertThat(thrown.failure()).isInstanceOf(IssuanceFailure.Misconfigured.class);
    assertThat(thrown).hasMessageContaining("/nothing is not an ACME directory");
  }

  /** As Pebble counts them. */
  private int accountsMade() {
    return pebble.log().split("accounts in memory", -1).length - 1;
  }

  private IssuanceException failure(AcmeSettings settings) {
    return catchThrowableOfType(
        IssuanceException.class,
        () -> issuer(settings).issue(TestRequest.of(freshSpec()), step -> {}));
  }

  private CertificateIssuer issuer(AcmeSettings settings) {
    return new AcmeIssuer(
        settings,
        vault,
        folder,
        new ChallengeListeners(
            routes, new TlsAlpnListeners(address -> Optional.empty()), new WrittenRecords()),
        CLOCK,
        new SecureRandom(),
        Pause.by(CLOCK));
  }

  private CertificateIssuer issuer(AcmeSettings settings, ChallengeSolver solver) {
    return new AcmeIssuer(
        settings,
        vault,
        folder,
        solver,
        CLOCK,
        new SecureRandom(),
        Pause.by(CLOCK),
        Duration.ofSeconds(30));
  }

  private AcmeSettings trusting() {
    return settings(Optional.of(pebble.httpsRoot()), true, pebble.directory());
  }

  private AcmeSettings settings(Optional<Path> trusted, boolean agreed, URI directory) {
    return AcmeIssuerSettings.at("pebble", directory)
        .contacts(List.of(URI.create("mailto:postmaster@contoso.example")))
        .agreed(agreed)
        .trusting(trusted)
        .settings();
  }

  private void assertValid(HeldCertificate held) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(pebble.issuedRoot(), null)));
    parameters.setRevocationEnabled(false);
    assertThat(
            CertPathValidator.getInstance("PKIX")
                .validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(held.chain()),
                    parameters))
        .isNotNull();
  }

  private static CertificateSpec spec(KeyAlgorithm key) {
    return spec(key, "mail.contoso.example", "smtp.contoso.example");
  }

  /** A name that Pebble has not validated yet, and so always challenges. */
  private static CertificateSpec freshSpec() {
    return spec(KeyAlgorithm.EC_P256, "fresh.contoso.example");
  }

  private static CertificateSpec spec(KeyAlgorithm key, String... names) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        Stream.of(names).map(DnsName::of).toList(),
        "pebble",
        key,
        Set.of(CertificateRole.SERVER));
  }
}
