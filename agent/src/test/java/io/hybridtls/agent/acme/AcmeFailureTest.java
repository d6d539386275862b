package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.exception.AcmeNetworkException;

/** What each fault of a CA becomes, and whether the operator reads the CA's own words. */
@Timeout(60)
class AcmeFailureTest extends ScriptedCaCase {

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
    assertThat(failure(settings().profile(Optional.of("tlsclient"))))
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

    assertThat(failure(settings(closed)))
        .isEqualTo(new Unreachable(closed + ": the connection was refused"));
  }

  @Test
  void shouldNotWaitForeverForAnAnswer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI directory = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/dir");

      assertThat(failure(settings(directory), Duration.ofSeconds(1)))
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
  void shouldNotSpeakPlainHttpWithADistantCa() {
    AcmeIssuerSettings distant = settings(URI.create("http://ca.example/dir"));

    assertThat(failure(distant))
        .isEqualTo(
            new Misconfigured(
                "issuers.scripted.directory",
                "http://ca.example/dir does not begin with https://"));
  }

  @Test
  void shouldNameTheTrustedCaFileThatCannotBeRead(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("roots.pem"), "");

    assertThat(failure(settings().trusting(Optional.of(file))))
        .extracting("key")
        .isEqualTo("issuers.scripted.trusted-ca-file");
    assertThat(failure(settings().trusting(Optional.of(folder))))
        .asString()
        .contains(folder.toString());
  }

  /** Another CA may be reached meanwhile, and this one may mend its server. */
  @Test
  void aServerThatIsTrustedNoMoreShouldBeAskedAgain() throws Exception {
    URL directory = ca.directory().toURL();
    Exception untrusted =
        new AcmeNetworkException(
            new RequestFailedException(
                directory, "no path", new CertPathBuilderException("no path")));
    AcmeFailures failures = new AcmeFailures(settings().settings(), time);
    String remedy =
        directory
            + ": no path; name the PEM file with the root that this server's certificate"
            + " leads to";

    assertThat(failures.of(untrusted, /* isDirectory= */ false).failure())
        .isEqualTo(new Misconfigured("issuers.scripted.trusted-ca-file", remedy));
    assertThat(failures.of(untrusted, /* isDirectory= */ true).failure())
        .isEqualTo(new Unreachable("issuers.scripted.trusted-ca-file: " + remedy));
  }

  @Test
  void aCaThatIsIllShouldNotBeTakenToRefuseTheBinding() {
    ca.once("/account", problem(400, "accountDoesNotExist", "\"detail\":\"none\""));
    ca.on("/account", problem(500, "serverInternal", "\"detail\":\"oops\""));
    ExternalAccount binding = new ExternalAccount("kid-1", () -> "A".repeat(43));

    assertThat(failure(settings().boundTo(Optional.of(binding))))
        .isEqualTo(
            new Unreachable(ca.directory() + ": urn:ietf:params:acme:error:serverInternal: oops"));
  }
}
