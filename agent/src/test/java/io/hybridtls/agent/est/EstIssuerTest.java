package io.hybridtls.agent.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EstIssuerTest {

  private static final CertificateSpec SPEC =
      new CertificateSpec(
          CertificateId.of("mail"),
          List.of(DnsName.of("mail.contoso.example")),
          "corporate",
          KeyAlgorithm.EC_P256,
          Set.of(CertificateRole.SERVER));

  private static final Map<String, String> CERTIFICATES =
      Map.of("Content-Type", "application/pkcs7-mime; smime-type=certs-only");

  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path folder;
  private final EstServer server = new EstServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anEnrolmentShouldEndWithTheWholeChain() throws Exception {
    HeldCertificate held = issuer().issue(TestRequest.of(SPEC), step -> {});

    assertThat(held.chain()).hasSize(2).endsWith(server.issuing.certificate());
    assertThat(held.names()).containsExactly(DnsName.of("mail.contoso.example"));
    assertThat(server.requests).containsExactly("cacerts", "simpleenroll");
  }

  @Test
  void theKeyOfTheRequestShouldBeCertified() throws Exception {
    TestRequest request = TestRequest.of(SPEC);

    HeldCertificate held = issuer().issue(request, step -> {});

    assertThat(held.leaf().getPublicKey()).isEqualTo(request.keys().getPublic());
  }

  @Test
  void aRenewalShouldPresentTheCertificateInUseAndItsSubject() throws Exception {
    HeldCertificate live = issuer().issue(TestRequest.of(SPEC), step -> {});
    server.requests.clear();

    HeldCertificate next =
        issuer().issue(TestRequest.of(SPEC).replacing(generation(live, "corporate")), step -> {});

    assertThat(next.serial()).isNotEqualTo(live.serial());
    assertThat(server.requests)
        .containsExactly("cacerts by " + live.serial(), "simplereenroll by " + live.serial());
    assertThat(server.subjects).last().isEqualTo("CN=mail.contoso.example");
  }

  @Test
  void otherNamesShouldBeEnrolledAnewThoughTheCertificateIsPresented() throws Exception {
    HeldCertificate live = issuer().issue(TestRequest.of(SPEC), step -> {});
    server.requests.clear();
    CertificateSpec other =
        new CertificateSpec(
            SPEC.id(),
            List.of(DnsName.of("mx.contoso.example")),
            "corporate",
            KeyAlgorithm.EC_P256,
            SPEC.roles());

    issuer().issue(TestRequest.of(other).replacing(generation(live, "corporate")), step -> {});

    assertThat(server.requests).last().isEqualTo("simpleenroll by " + live.serial());
  }

  @Test
  void aRevokedCertificateShouldBeReplacedByAnEnrolmentWithoutIt() throws Exception {
    HeldCertificate live = issuer().issue(TestRequest.of(SPEC), step -> {});
    server.requests.clear();

    issuer()
        .issue(
            TestRequest.of(SPEC).replacing(generation(live, "corporate")).afterRevocation(),
            step -> {});

    assertThat(server.requests).containsExactly("cacerts", "simpleenroll");
  }

  @Test
  void aCertificateOfAnotherCaShouldNotBePresented() throws Exception {
    HeldCertificate foreign = TestCa.named("Other").issue("mail.contoso.example");

    issuer().issue(TestRequest.of(SPEC).replacing(generation(foreign, "letsencrypt")), step -> {});

    assertThat(server.requests).containsExactly("cacerts", "simpleenroll");
  }

  @Test
  void whatHasExpiredShouldNotBePresented() throws Exception {
    HeldCertificate old =
        TestCa.named("Contoso")
            .leaf("mail.contoso.example")
            .validity(Authority.NOW.minusSeconds(60), Authority.NOW)
            .issue();

    issuer().issue(TestRequest.of(SPEC).replacing(generation(old, "corporate")), step -> {});

    assertThat(server.requests).containsExactly("cacerts", "simpleenroll");
  }

  /** Of several kinds of key each renews its own; one that is new is enrolled. */
  @Test
  void aCertificateForAnotherKindOfKeyShouldNotBePresented() throws Exception {
    HeldCertificate rsa = TestCa.named("Contoso").leaf("mail.contoso.example").rsa().issue();

    issuer().issue(TestRequest.of(SPEC).replacing(generation(rsa, "corporate")), step -> {});

    assertThat(server.requests).containsExactly("cacerts", "simpleenroll");
  }

  @Test
  void credentialsShouldBeGivenWhenTheyAreAskedFor() throws Exception {
    server.require("mail-host", "open sesame");

    HeldCertificate held =
        issuer(credentials("open sesame"), Optional.of("mail"))
            .issue(TestRequest.of(SPEC), step -> {});

    assertThat(held.chain()).hasSize(2);
    assertThat(server.requests)
        .containsExactly("mail/cacerts", "mail/simpleenroll", "mail/simpleenroll");
  }

  @Test
  void wrongCredentialsShouldNameTheirSettingAndNotThemselves() {
    server.require("mail-host", "open sesame");

    assertThat(failure(issuer(credentials("wrong"), Optional.empty())))
        .isInstanceOf(Misconfigured.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .startsWith("issuers.corporate.credentials: " + server.uri())
        .doesNotContain("wrong");
    assertThat(failure(issuer()).describe()).contains("write credentials { ... }");
  }

  @Test
  void aPasswordThatIsGoneShouldNameItsSetting() {
    EstCredentials gone =
        new EstCredentials(
            "mail-host",
            () -> {
              throw new IOException("secret file pass does not exist; write the secret to it");
            });

    assertThat(failure(issuer(Optional.of(gone), Optional.empty())))
        .isEqualTo(
            new Misconfigured(
                "issuers.corporate.credentials.password",
                "secret file pass does not exist; write the secret to it"));
  }

  /** RFC 7030, section 4.2.3, and the two forms of RFC 9110, section 10.2.3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "202 | 600                           | 2026-11-23T12:10:00Z",
        "202 | Mon, 23 Nov 2026 12:20:00 GMT | 2026-11-23T12:20:00Z",
        "429 | 7200                          | 2026-11-23T14:00:00Z",
        "503 | Mon, 23 Nov 2026 18:00:00 GMT | 2026-11-23T18:00:00Z",
        "503 | soon                          | 2026-11-23T13:00:00Z",
        "503 | 999999999                     | 2026-11-24T12:00:00Z",
      })
  void theServerShouldBeAskedAgainWhenItSays(int status, String retryAfter, Instant until) {
    server.script("simpleenroll", EstServer.Answer.of(status, Map.of("Retry-After", retryAfter)));

    assertThat(failure(issuer()))
        .isInstanceOfSatisfying(
            RateLimited.class, limited -> assertThat(limited.until()).isEqualTo(until));
  }

  @Test
  void aRequestThatWaitsForNobodyKnowsHowLongShouldBeMadeAgainInAnHour() {
    server.script("simpleenroll", EstServer.Answer.of(202, Map.of()));

    assertThat(failure(issuer()))
        .isInstanceOfSatisfying(
            RateLimited.class,
            limited -> assertThat(limited.until()).isEqualTo("2026-11-23T13:00:00Z"));
  }

  /** As servers write it, with quotes where RFC 7616, section 3.3, wants them, and elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "qop=\"auth, auth-int\", algorithm=SHA-256, stale=false, Basic realm=\"est\"",
        "qop=\"auth\", algorithm=MD5, opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
        "qop=auth",
        "qop=\"auth\", algorithm=\"SHA-256\"",
      })
  void digestCredentialsShouldBeGivenWithoutThePassword(String terms) throws Exception {
    server.requireDigest(new DigestAuthentication("mail-host", "open sesame", terms));

    assertThat(
            issuer(credentials("open sesame"), Optional.empty())
                .issue(TestRequest.of(SPEC), step -> {})
                .chain())
        .hasSize(2);
    assertThat(failure(issuer(credentials("wrong"), Optional.empty())).describe())
        .contains("write the user and password that it knows");
  }

  @Test
  void aServerThatAsksInAnotherWayShouldBeNamedWithIt() {
    server.script(
        "simpleenroll", EstServer.Answer.of(401, Map.of("WWW-Authenticate", "Negotiate")));

    assertThat(failure(issuer(credentials("open sesame"), Optional.empty())))
        .isInstanceOf(Misconfigured.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .startsWith("issuers.corporate.credentials: ")
        .contains("by Negotiate; let the server offer one of these");
  }

  @Test
  void aServerThatDripsShouldNotBeListenedToForever() throws Exception {
    VirtualTime clock = new VirtualTime(Authority.NOW);
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread dripping = new Thread(() -> drip(listening, clock));
      dripping.start();
      URI uri = URI.create("https://localhost:" + listening.getLocalPort());

      assertThat(failure(new EstIssuer(settings(uri, Optional.empty()), clock, RANDOM)).describe())
          .contains("has not come to its end within 5 minutes");
      dripping.join();
    }
  }

  /** A record of TLS, an octet in each minute, until nobody listens. */
  private static void drip(ServerSocket listening, VirtualTime clock) {
    try (Socket client = listening.accept()) {
      OutputStream out = client.getOutputStream();
      out.write(new byte[] {22, 3, 3, 0x40, 0});
      for (int sent = 0; sent < 10_000; sent++) {
        clock.advance(Duration.ofMinutes(1));
        out.write(2);
      }
    } catch (IOException e) {
      // it was hung up on
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, Rejected",
    "403, Misconfigured",
    "404, Misconfigured",
    "429, RateLimited",
    "500, Unreachable",
    "503, RateLimited"
  })
  void everyRefusalShouldMeanWhatItsStatusSays(int status, String kind) {
    server.script("simpleenroll", EstServer.Answer.of(status, Map.of()));

    assertThat(failure(issuer()).getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void whatTheServerSaysOfARefusalShouldBePassedOn() {
    server.script(
        "simpleenroll",
        new EstServer.Answer(
            403, Map.of("Content-Type", "text/plain"), "This host is\r\nnot registered.\n"));

    assertThat(failure(issuer()).describe())
        .contains("(it says: This host is not registered.); it wants a user");
  }

  @Test
  void aRequestThatWaitsShouldBeToldFromAFaultThoughTheServerSaysMore() {
    server.script(
        "simpleenroll",
        new EstServer.Answer(
            202, Map.of("Content-Type", "text/plain", "Retry-After", "600"), "Ask the helpdesk."));

    assertThat(failure(issuer()))
        .isEqualTo(
            new RateLimited(
                Instant.parse("2026-11-23T12:10:00Z"),
                "the request waits for somebody at the CA (it says: Ask the helpdesk.)"));
  }

  /** RFC 8951, section 3: the field means nothing; and types have no case. */
  @Test
  void certificatesShouldBeReadWithoutTheFieldThatHttpDoesNotKnow() throws Exception {
    EstServer.Answer usual =
        EstServer.certificates(List.of(server.root.certificate(), server.issuing.certificate()));
    server.script(
        "cacerts",
        new EstServer.Answer(200, Map.of("Content-Type", "Application/PKCS7-MIME"), usual.body()));

    assertThat(issuer().issue(TestRequest.of(SPEC), step -> {}).chain()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "cacerts, text/html, <html>",
    "cacerts, application/pkcs7-mime, ''",
    "simpleenroll, application/pkcs7-mime, AAAA",
    "simpleenroll, application/pkcs7-mime, MAA=",
    "simpleenroll, application/pkcs7-mime, ?",
  })
  void anAnswerThatIsNoneShouldNotBeTakenForSilence(String operation, String type, String body) {
    server.script(operation, new EstServer.Answer(200, Map.of("Content-Type", type), body));

    assertThat(failure(issuer()))
        .isInstanceOf(Rejected.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .startsWith("the CA refused: its answer cannot be read: ")
        .doesNotContain("Cannot invoke");
  }

  @Test
  void aServerOfAnotherRootShouldNameTheSettingForIt() {
    EstSettings settings =
        new EstSettings(
            "corporate",
            server.uri(),
            Optional.empty(),
            Optional.of(TestCa.named("Other").writeRoot(folder.resolve("other.pem"))),
            Optional.empty(),
            true);

    assertThat(failure(new EstIssuer(settings, () -> Authority.NOW, RANDOM)))
        .isInstanceOf(Misconfigured.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .isEqualTo(
            "issuers.corporate.trusted-ca-file: "
                + server.uri()
                + ": its certificate leads to no root that is trusted here; name the PEM file with"
                + " the root that this server's certificate leads to");
  }

  @Test
  void aServerWhoseCertificateIsForAnotherNameShouldBeAskedForNothing() {
    EstSettings settings =
        new EstSettings(
            "corporate",
            URI.create("https://127.0.0.1:" + server.uri().getPort()),
            Optional.empty(),
            Optional.of(server.transport().writeRoot(folder.resolve("root.pem"))),
            Optional.empty(),
            true);

    assertThat(failure(new EstIssuer(settings, () -> Authority.NOW, RANDOM)))
        .isInstanceOf(Unreachable.class);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aServerThatIsGoneShouldBeTriedAgain() {
    server.close();

    assertThat(failure(issuer())).isEqualTo(new Unreachable(server.uri() + ": Connection refused"));
  }

  @Test
  void aCertificateForAnotherKeyShouldBeRefused() throws Exception {
    server.script(
        "simpleenroll",
        EstServer.certificates(
            List.of(server.issuing.leaf("mail.contoso.example", TestCa.newEcKeys().getPublic()))));

    assertThat(failure(issuer()))
        .isEqualTo(
            new Rejected(
                "the certificate that it served cannot be used: it is for another key than was"
                    + " asked for"));
  }

  @Test
  void anAnswerWithoutEndShouldNotBeRead() {
    server.script("cacerts", new EstServer.Answer(200, CERTIFICATES, "A".repeat(1024 * 1024 + 1)));

    assertThat(failure(issuer()))
        .isInstanceOf(Unreachable.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .contains("limit");
  }

  @Test
  void aCaThatHidesItsIssuerShouldBeRefusedWithTheName() throws Exception {
    server.script("cacerts", EstServer.certificates(List.of(server.root.certificate())));

    assertThat(failure(issuer()).describe())
        .contains("whose issuer \"CN=Contoso Issuing\" was not given");
  }

  private IssuanceFailure failure(EstIssuer issuer) {
    return catchThrowableOfType(
            IssuanceException.class, () -> issuer.issue(TestRequest.of(SPEC), step -> {}))
        .failure();
  }

  private EstIssuer issuer() {
    return issuer(Optional.empty(), Optional.empty());
  }

  private EstIssuer issuer(Optional<EstCredentials> credentials, Optional<String> label) {
    Path root = server.transport().writeRoot(folder.resolve("root.pem"));
    return new EstIssuer(
        new EstSettings("corporate", server.uri(), label, Optional.of(root), credentials, true),
        () -> Authority.NOW,
        RANDOM);
  }

  private static EstSettings settings(URI uri, Optional<Path> root) {
    return new EstSettings("corporate", uri, Optional.empty(), root, Optional.empty(), true);
  }

  private static Optional<EstCredentials> credentials(String password) {
    return Optional.of(new EstCredentials("mail-host", () -> password));
  }

  private static Generation generation(HeldCertificate held, String issuer) {
    return new Generation(SPEC.id(), 1, Authority.NOW, issuer, "first", held);
  }
}
