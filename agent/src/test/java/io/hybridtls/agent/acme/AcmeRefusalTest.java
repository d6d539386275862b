package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.Paused;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.certstore.testing.TestCa;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a CA's refusals mean for the next attempt, for another CA, and for the order. */
@Timeout(60)
class AcmeRefusalTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String NEW_ORDER = "/new-order";
  private static final String NAME = "mail.contoso.example";

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  private final List<String> steps = new ArrayList<>();
  private TestRequest request = TestRequest.of(spec());

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldTellWhereAPauseIsEnded() {
    ca.on(
        NEW_ORDER,
        problem(
            429,
            "rateLimited",
            "\"detail\":\"Your account is temporarily prevented from requesting certificates for"
                + " mail.contoso.example. Please visit:"
                + " https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d.\""));

    IssuanceFailure failure = failure();
    assertThat(failure)
        .isInstanceOf(Paused.class)
        .extracting("unpause")
        .isEqualTo(URI.create("https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d"));
    assertThat(failure.describe())
        .startsWith(
            "the CA has paused these names; mend why their validation failed, then visit"
                + " https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d and renew with --force: ");
    assertThat(failure.anotherCaMayMend()).isTrue();
  }

  @Test
  void shouldWaitForARateLimitAmongTheSubproblems() {
    ca.on(
        NEW_ORDER,
        problem(
            403,
            "compound",
            """
            "detail":"two problems","subproblems":[
             {"type":"urn:ietf:params:acme:error:rateLimited",
              "detail":"too many failed authorizations, retry after 2026-11-23 13:07:00 UTC: see x",
              "identifier":{"type":"dns","value":"mail.contoso.example"}},
             {"type":"urn:ietf:params:acme:error:caa","detail":"no",
              "identifier":{"type":"dns","value":"smtp.contoso.example"}}]
            """));

    IssuanceFailure failure = failure();
    assertThat(failure)
        .isInstanceOf(RateLimited.class)
        .extracting("until")
        .isEqualTo(Instant.parse("2026-11-23T13:07:00Z"));
    assertThat(failure.describe()).contains("mail.contoso.example: ", "smtp.contoso.example: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "Mon, 23 Nov 2026 11:59:00 GMT"})
  void aRetryAfterThatIsOverShouldNotBeWaitedFor(String over) {
    ca.on(NEW_ORDER, problem(429, "rateLimited", "\"detail\":\"x\"").header("Retry-After", over));

    assertThat(failure())
        .isInstanceOf(RateLimited.class)
        .extracting("until")
        .asString()
        .isLessThanOrEqualTo(NOW.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "rejectedIdentifier,true",
    "caa,true",
    "unsupportedIdentifier,true",
    "malformed,false",
    "unauthorized,false",
    "badCSR,false",
    "orderNotReady,false"
  })
  void aRefusalShouldSayWhetherAnotherCaMayMendIt(String type, boolean elsewhere) {
    ca.on(NEW_ORDER, problem(403, type, "\"detail\":\"no\""));

    assertThat(failure().anotherCaMayMend()).isEqualTo(elsewhere);
  }

  @ParameterizedTest
  @CsvSource({"connection,false", "dns,false", "incorrectResponse,false", "caa,true"})
  void aFailedValidationShouldSayWhetherAnotherCaMayMendIt(String type, boolean elsewhere) {
    order("pending");
    ca.on("/authz/1", json(200, authorization("invalid", error(type))));

    IssuanceFailure failure = failure();
    assertThat(failure.anotherCaMayMend()).isEqualTo(elsewhere);
    assertThat(failure).isInstanceOf(elsewhere ? NotOffered.class : Rejected.class);
    assertThat(request.placed()).isEmpty();
  }

  @Test
  void anOrderStuckInProcessingShouldBeTakenUpAgain() {
    order("processing");
    ca.on("/order/1", json(200, orderWith("processing")));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                "order " + url("/order/1") + " is processing, and the time for an order is over"));
    assertThat(request.placed()).contains(noted());

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
    assertThat(steps).contains("going on with order " + url("/order/1") + ", which is processing");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aCaThatIsIllShouldNotHaveForgottenTheOrder(int status) {
    request.place(noted());
    ca.on(
        "/order/1",
        problem(status, status == 500 ? "serverInternal" : "rateLimited", "\"detail\":\"x\""));

    assertThat(failure().anotherCaMayMend()).isTrue();
    assertThat(request.placed()).contains(noted());
    assertThat(ca.requests()).doesNotContain(NEW_ORDER);
  }

  @Test
  void anOrderThatTheCaHasForgottenShouldBePlacedAgain() {
    request.place(noted());
    ca.on(NEW_ORDER, html(502));
    ca.on("/order/1", problem(404, "malformed", "\"detail\":\"no order\""));

    failure();
    assertThat(request.placed()).isEmpty();
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
  }

  /** It may be a proxy that says so. */
  @Test
  void aPageThatIsNotFoundShouldNotHaveForgottenTheOrder() {
    request.place(noted());
    ca.on("/order/1", html(404));

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(request.placed()).contains(noted());
    assertThat(ca.requests()).doesNotContain(NEW_ORDER);
  }

  @Test
  void anOrderThatAnotherCaHasShouldBePlacedAgain() {
    request.place(url("/order/1") + " at https://other.example/dir");
    ca.on(NEW_ORDER, html(502));

    failure();
    assertThat(request.placed()).isEmpty();
    assertThat(ca.requests()).contains(NEW_ORDER).doesNotContain("/order/1");
  }

  private String noted() {
    return url("/order/1") + " at " + ca.directory();
  }

  @Test
  void aDirectoryThatHasChangedShouldBeReadAgain() {
    AcmeIssuer issuer = issuer();
    ca.on(NEW_ORDER, html(502));
    assertThat(failure(issuer)).isEqualTo(new Unreachable(url(NEW_ORDER) + ": HTTP 502"));
    ca.on(
        "/dir",
        json(
            200,
            "{\"newNonce\":\"$/nonce\",\"newAccount\":\"$/account\",\"newOrder\":\"$/v2/order\"}"));
    ca.on("/v2/order", html(504));

    assertThat(failure(issuer)).isEqualTo(new Unreachable(url("/v2/order") + ": HTTP 504"));
  }

  @ParameterizedTest
  @CsvSource({
    "409,alreadyReplaced,certificate has a replacement order",
    "400,malformed,parsing ARI CertID failed",
    "403,unauthorized,account did not request the certificate being replaced by this order"
  })
  void aReplacementThatIsRefusedShouldBeOrderedAsAnyOther(int status, String type, String words) {
    request = replacing();
    ca.once(NEW_ORDER, problem(status, type, "\"detail\":\"" + words + "\""));
    ca.on(NEW_ORDER, html(502));

    AcmeIssuer issuer = issuer();
    issuer.refreshSuggestions(List.of(request.replaced().orElseThrow().certificate()));
    assertThat(failure(issuer)).isInstanceOf(Unreachable.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(2);
    assertThat(steps)
        .contains(
            "ordering again without naming the certificate that is replaced:"
                + " urn:ietf:params:acme:error:"
                + type
                + ": "
                + words);
  }

  @Test
  void anotherRefusalOfAReplacementShouldStand() {
    request = replacing();
    ca.on(NEW_ORDER, problem(403, "unauthorized", "\"detail\":\"account is deactivated\""));

    AcmeIssuer issuer = issuer();
    issuer.refreshSuggestions(List.of(request.replaced().orElseThrow().certificate()));
    assertThat(failure(issuer)).isInstanceOf(Rejected.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
  }

  @Test
  void onlyACertificateOfThisDirectoryShouldBeReplaced() {
    Generation live = replacing().replaced().orElseThrow();
    AcmeIssuer issuer = issuer();
    assertThat(issuer.replaces(spec(), live)).isFalse();

    issuer.refreshSuggestions(live.certificates());
    assertThat(issuer.replaces(spec(), live)).isTrue();
    assertThat(issuer.replaces(AcmeWorld.spec("other.contoso.example"), live)).isFalse();
    assertThat(
            issuer.replaces(
                spec(), new Generation(live.id(), 1, NOW, "another", "x", live.certificate())))
        .isFalse();
  }

  @Test
  void anAddressShouldNotBeOrderedWhereRecordsAreTheProof() {
    request = TestRequest.of(spec().withAddresses(List.of(IpAddress.of("192.0.2.1"))));
    AcmeIssuer issuer =
        issuer(
            new Solvers(
                    memory,
                    new AcmeWorld(new HttpRoutes(), memory).listeners,
                    new AcmeFailures(
                        AcmeIssuerSettings.at("pebble", ca.directory()).settings(), time),
                    time,
                    new SecureRandom(),
                    time)
                .of(
                    new ValidationMethod.DnsPersist01(
                        new LookupSettings(Optional.empty(), List.of(), Duration.ofSeconds(1)))));

    assertThat(failure(issuer).describe())
        .isEqualTo(
            "certificates.mail.names: 192.0.2.1 is an address, which dns-persist-01 cannot prove;"
                + " use an issuer with http-01 or tls-alpn-01 for it instead");
    assertThat(ca.requests()).isEmpty();
  }

  /** A request whose live certificate the CA answers for. */
  private TestRequest replacing() {
    HeldCertificate live = TestCa.named("Contoso").issue(NAME);
    ca.on(
        "/dir",
        json(
            200,
            """
            {"newNonce":"$/nonce","newAccount":"$/account","newOrder":"$/new-order",
             "renewalInfo":"$/renewal-info"}
            """));
    ca.on(
        "/renewal-info/" + RenewalInfoAnswer.idOf(live.leaf()),
        json(
            200,
            """
            {"suggestedWindow":{"start":"2027-01-20T00:00:00Z","end":"2027-01-22T00:00:00Z"}}
            """));
    return TestRequest.of(spec())
        .replacing(new Generation(CertificateId.of("mail"), 1, NOW, "pebble", "x", live));
  }

  private void order(String status) {
    ca.on(NEW_ORDER, json(201, orderWith(status)).header("Location", "$/order/1"));
    ca.on("/challenge/1", json(200, challenge("processing", "")));
  }

  private static String orderWith(String status) {
    return "{\"status\":\""
        + status
        + "\",\"authorizations\":[\"$/authz/1\"],\"finalize\":\"$/finalize\","
        + "\"identifiers\":[{\"type\":\"dns\",\"value\":\"mail.contoso.example\"}]}";
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

  private static String error(String type) {
    return ",\"error\":{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"no\"}";
  }

  private String url(String path) {
    return ca.directory().resolve(path).toString();
  }

  private IssuanceFailure failure() {
    return failure(issuer());
  }

  private IssuanceFailure failure(AcmeIssuer issuer) {
    return catchThrowableOfType(IssuanceException.class, () -> issuer.issue(request, steps::add))
        .failure();
  }

  private AcmeIssuer issuer() {
    return issuer(new Http01Solver(new HttpRoutes()));
  }

  private AcmeIssuer issuer(ChallengeSolver solver) {
    return new AcmeIssuer(
        AcmeIssuerSettings.at("pebble", ca.directory()).settings(),
        new InMemoryKeyVault(),
        memory,
        solver,
        time,
        new SecureRandom(),
        time,
        Duration.ofSeconds(30));
  }

  private static CertificateSpec spec() {
    return AcmeWorld.spec(NAME);
  }
}
