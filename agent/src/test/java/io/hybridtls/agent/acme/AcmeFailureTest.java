package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each fault of a CA becomes, and whether the operator reads the CA's own words. */
@Timeout(60)
class AcmeFailureTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String NEW_ORDER = "/new-order";

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  private final HttpRoutes routes = new HttpRoutes();

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldWaitForTheSecondsOfABusyServer() {
    ca.on(NEW_ORDER, html(503).header("Retry-After", "120"));

    assertThat(failure())
        .isEqualTo(new RateLimited(NOW.plusSeconds(120), url(NEW_ORDER) + ": HTTP 503"));
  }

  @Test
  void shouldWaitForTheDateOfABusyServer() {
    ca.on(NEW_ORDER, html(503).header("Retry-After", "Mon, 23 Nov 2026 13:30:00 GMT"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(Instant.parse("2026-11-23T13:30:00Z"), url(NEW_ORDER) + ": HTTP 503"));
  }

  @Test
  void shouldTakeADateRelativeToTheServersOwnClock() {
    ca.on(
        NEW_ORDER,
        html(503)
            .header("Date", "Tue, 24 Nov 2026 12:00:00 GMT")
            .header("Retry-After", "Tue, 24 Nov 2026 12:10:00 GMT"));

    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(Duration.ofMinutes(10)));
  }

  @Test
  void shouldKeepTheWordsOfABusyServer() {
    ca.on(
        NEW_ORDER,
        problem(503, "rateLimited", "\"detail\":\"Service busy; retry later.\"")
            .header("Retry-After", "5"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(5),
                url(NEW_ORDER)
                    + ": HTTP 503, urn:ietf:params:acme:error:rateLimited: Service busy; retry"
                    + " later."));
  }

  @Test
  void shouldTakeAServerThatIsBusyFromTheStart() {
    ca.on("/dir", html(503).header("Retry-After", "60"));

    assertThat(failure()).isInstanceOf(RateLimited.class);
  }

  @Test
  void shouldWaitAsLongAsARateLimitSays() {
    ca.on(
        NEW_ORDER,
        problem(429, "rateLimited", "\"detail\":\"too many certificates (5) already issued\"")
            .header("Retry-After", "86400"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plus(Duration.ofDays(1)),
                "urn:ietf:params:acme:error:rateLimited: too many certificates (5) already"
                    + " issued"));
  }

  @Test
  void shouldWaitAnHourWhenARateLimitDoesNotSayHowLong() {
    ca.on(NEW_ORDER, html(429));
    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(AcmeFailures.UNSTATED_WAIT));

    ca.on(NEW_ORDER, problem(429, "rateLimited", "\"detail\":\"slow down\""));
    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(AcmeFailures.UNSTATED_WAIT));
  }

  @Test
  void shouldTellEverySubproblemWithItsName() {
    ca.on(
        NEW_ORDER,
        problem(
            403,
            "malformed",
            """
            "detail":"Some of the identifiers requested were rejected","subproblems":[
             {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"no\\r\\nthanks",
              "identifier":{"type":"dns","value":"mail.contoso.example"}},
             {"type":"urn:ietf:params:acme:error:caa","detail":"CAA forbids",
              "identifier":{"type":"dns","value":"smtp.contoso.example"}}]
            """));

    assertThat(failure())
        .isEqualTo(
            new NotOffered(
                "urn:ietf:params:acme:error:malformed: Some of the identifiers requested were"
                    + " rejected (mail.contoso.example:"
                    + " urn:ietf:params:acme:error:rejectedIdentifier: no thanks;"
                    + " smtp.contoso.example: urn:ietf:params:acme:error:caa: CAA forbids)",
                List.of()));
  }

  @Test
  void shouldTellWhatTheCaDoesNotIssueFromWhatIsWrongWithUs() {
    ca.on(NEW_ORDER, problem(403, "rejectedIdentifier", "\"detail\":\"not under this suffix\""));

    assertThat(failure())
        .isEqualTo(
            new NotOffered(
                "urn:ietf:params:acme:error:rejectedIdentifier: not under this suffix", List.of()));
  }

  @Test
  void shouldSendTheAdministratorToNewTermsOfService() {
    ca.on(
        NEW_ORDER,
        problem(
            403,
            "userActionRequired",
            "\"detail\":\"Terms of service have"
                + " changed\",\"instance\":\"https://ca.example/tos\""));

    assertThat(failure())
        .isEqualTo(
            new Misconfigured(
                "issuers.scripted.terms-of-service-agreed",
                "urn:ietf:params:acme:error:userActionRequired: Terms of service have changed;"
                    + " visit https://ca.example/tos and do as it says"));
  }

  @Test
  void shouldNameTheContactsThatTheCaRefuses() {
    ca.on("/account", problem(400, "invalidContact", "\"detail\":\"no such domain\""));

    assertThat(failure()).extracting("key").isEqualTo("issuers.scripted.contacts");
  }

  @Test
  void shouldNameTheProfilesThatTheCaHas() {
    AcmeSettings settings = settings(ca.directory(), Optional.of("tlsclient"), Optional.empty());
    assertThat(failure(settings, Duration.ofSeconds(30)))
        .isEqualTo(
            new Misconfigured(
                "issuers.scripted.profile",
                "the CA has no profile \"tlsclient\"; it has [classic, shortlived]"));
  }

  @Test
  void shouldTryAgainSoonAfterAnErrorOfTheServer() {
    ca.on(NEW_ORDER, html(502));
    assertThat(failure()).isEqualTo(new Unreachable(url(NEW_ORDER) + ": HTTP 502"));

    ca.on(NEW_ORDER, problem(500, "serverInternal", "\"detail\":\"oops\""));
    assertThat(failure()).isInstanceOf(Unreachable.class);
  }

  @Test
  void shouldGiveUpOnNoncesAfterTenOfThem() {
    ca.on(NEW_ORDER, problem(400, "badNonce", "\"detail\":\"stale\""));

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(10);
  }

  @Test
  void shouldSayThatAPageIsNotADirectory() {
    ca.on("/dir", html(200));

    assertThat(failure()).extracting("key").isEqualTo("issuers.scripted.directory");
  }

  @Test
  void shouldReadTheDirectoryOnceAnIssuance() {
    ca.on(NEW_ORDER, html(502));

    assertThat(failure()).isNotNull();
    assertThat(Collections.frequency(ca.requests(), "/dir")).isEqualTo(1);
  }

  @Test
  void shouldNameTheUrlThatRefusesConnections() {
    URI closed = URI.create("http://127.0.0.1:" + PebblePeer.freePort() + "/dir");

    assertThat(failure(settings(closed, Optional.empty()), Duration.ofSeconds(30)))
        .isEqualTo(new Unreachable(closed + ": the connection was refused"));
  }

  @Test
  void shouldNotWaitForeverForAnAnswer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI directory = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/dir");

      assertThat(failure(settings(directory, Optional.empty()), Duration.ofSeconds(1)))
          .isEqualTo(new Unreachable(directory + ": no answer within 1 s"));
    }
  }

  @Test
  void shouldRefuseAnAnswerWithoutEnd() {
    ca.on(NEW_ORDER, json(201, "x".repeat(LimitedBody.MAX_BYTES + 1)));

    assertThat(failure())
        .isEqualTo(new Unreachable(url(NEW_ORDER) + ": the answer is larger than 1048576 bytes"));
  }

  @Test
  void shouldGiveUpOnAnOrderThatIsNeverDecided() {
    script(json(200, authorization("pending", "")));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                "the validation of mail.contoso.example is pending, and the time for an order is"
                    + " over"));
    assertThat(time.pauses()).first().isEqualTo(NOW.plus(Polling.FIRST_INTERVAL));
    assertThat(Duration.between(NOW, time.instant()))
        .isBetween(Duration.ofSeconds(290), Duration.ofMinutes(5));
  }

  @Test
  void shouldComeBackWhenTheCaSaysSo() {
    script(json(200, authorization("pending", "")).header("Retry-After", "100"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(400), "the validation of mail.contoso.example is pending"));
    assertThat(time.pauses())
        .containsExactly(NOW.plusSeconds(100), NOW.plusSeconds(200), NOW.plusSeconds(300));
  }

  @Test
  void shouldTellWhatTheCaSawWhenAValidationFails() {
    String error =
        ",\"error\":{\"type\":\"urn:ietf:params:acme:error:connection\",\"detail\":\"refused\"}";
    script(json(200, authorization("invalid", error)));
    ca.once("/authz/1", json(200, authorization("pending", "")));

    assertThat(failure())
        .isEqualTo(
            new Rejected(
                "mail.contoso.example: urn:ietf:params:acme:error:connection: refused",
                List.of("mail.contoso.example")));
  }

  @Test
  void shouldSayWhichChallengesThereAreInstead() {
    script(json(200, authorization("pending", "").replace("http-01", "dns-01")));

    assertThat(failure())
        .isEqualTo(new Rejected("mail.contoso.example: no http-01 challenge, only dns-01"));
  }

  @Test
  void shouldNotAskForAWildcardThatHttp01CannotProve() {
    CertificateSpec spec = spec("*.contoso.example");
    IssuanceException thrown =
        catchThrowableOfType(
            IssuanceException.class,
            () ->
                issuer(settings(), Duration.ofSeconds(30)).issue(TestRequest.of(spec), step -> {}));

    assertThat(thrown)
        .hasMessage(
            "certificates.mail.names: *.contoso.example cannot be proved by http-01; name each"
                + " host instead");
    assertThat(ca.requests()).isEmpty();
  }

  @Test
  void shouldNotSpeakPlainHttpWithADistantCa() {
    AcmeSettings distant = settings(URI.create("http://ca.example/dir"), Optional.empty());

    assertThat(failure(distant, Duration.ofSeconds(1)))
        .isEqualTo(
            new Misconfigured(
                "issuers.scripted.directory",
                "http://ca.example/dir does not begin with https://"));
  }

  @Test
  void shouldNameTheTrustedCaFileThatCannotBeRead(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("roots.pem"), "");

    assertThat(failure(settings(ca.directory(), Optional.of(file)), Duration.ofSeconds(1)))
        .extracting("key")
        .isEqualTo("issuers.scripted.trusted-ca-file");
    assertThat(failure(settings(ca.directory(), Optional.of(folder)), Duration.ofSeconds(1)))
        .asString()
        .contains(folder.toString());
  }

  /** An order for one name whose authorization is {@code authorization}. */
  private void script(Reply authorization) {
    ca.on(
        NEW_ORDER,
        json(
                201,
                """
                {"status":"pending","authorizations":["$/authz/1"],"finalize":"$/finalize",
                 "identifiers":[{"type":"dns","value":"mail.contoso.example"}]}
                """)
            .header("Location", "$/order/1"));
    ca.on("/authz/1", authorization);
    ca.on("/challenge/1", json(200, challenge("processing", "")));
  }

  private static String authorization(String status, String error) {
    return "{\"status\":\""
        + status
        + "\",\"identifier\":{\"type\":\"dns\",\"value\":\"mail.contoso.example\"},"
        + "\"challenges\":["
        + challenge(status, error)
        + "]}";
  }

  private static String challenge(String status, String error) {
    return "{\"type\":\"http-01\",\"url\":\"$/challenge/1\",\"token\":\"tok\",\"status\":\""
        + status
        + "\""
        + error
        + "}";
  }

  private String url(String path) {
    return ca.directory().resolve(path).toString();
  }

  private IssuanceFailure failure() {
    return failure(settings(), Duration.ofSeconds(30));
  }

  private IssuanceFailure failure(AcmeSettings settings, Duration timeout) {
    return catchThrowableOfType(
            IssuanceException.class,
            () ->
                issuer(settings, timeout)
                    .issue(TestRequest.of(spec("mail.contoso.example")), step -> {}))
        .failure();
  }

  private AcmeIssuer issuer(AcmeSettings settings, Duration timeout) {
    return new AcmeIssuer(
        settings,
        new InMemoryKeyVault(),
        memory,
        new Http01Solver(routes),
        time,
        new SecureRandom(),
        time,
        timeout);
  }

  private AcmeSettings settings() {
    return settings(ca.directory(), Optional.empty());
  }

  private static AcmeSettings settings(URI directory, Optional<Path> trusted) {
    return settings(directory, Optional.empty(), trusted);
  }

  private static AcmeSettings settings(
      URI directory, Optional<String> profile, Optional<Path> trusted) {
    return AcmeIssuerSettings.at("scripted", directory)
        .contacts(List.of(URI.create("mailto:postmaster@contoso.example")))
        .profile(profile)
        .trusting(trusted)
        .settings();
  }

  private static CertificateSpec spec(String name) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        List.of(DnsName.of(name)),
        "scripted",
        KeyAlgorithm.EC_P256,
        Set.of(CertificateRole.SERVER));
  }
}
