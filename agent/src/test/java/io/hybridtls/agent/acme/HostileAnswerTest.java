package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a CA, or whoever poses as one, may send without harm. */
@Timeout(60)
class HostileAnswerTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String NEW_ORDER = "/new-order";

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  private final RecordingSolver solver = new RecordingSolver(new Http01Solver(new HttpRoutes()));

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void anAnswerThatStopsInTheMiddleShouldBeGivenUp() throws Exception {
    try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> open = CompletableFuture.supplyAsync(() -> beginToAnswer(slow));
      URI directory = URI.create("http://127.0.0.1:" + slow.getLocalPort() + "/dir");

      assertThat(failure(directory, Duration.ofSeconds(1)))
          .isEqualTo(new Unreachable(directory + ": no answer within 1 s"));
      open.join().close();
    }
  }

  @Test
  void aPackedAnswerShouldNotBeUnpacked() {
    ca.on(NEW_ORDER, json(201, "{}").header("Content-Encoding", "gzip"));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                url(NEW_ORDER) + ": the answer is packed (gzip), which was not asked for"));
  }

  @Test
  void aProblemWhoseTypeIsNoUriShouldBeAFaultOfTheCa() {
    ca.on(
        NEW_ORDER, problem(400, "x", "\"detail\":\"no\"").withBody("{\"type\":\"no uri at all\"}"));

    assertThat(failure())
        .isInstanceOf(Unreachable.class)
        .asString()
        .contains(ca.directory() + ": an answer makes no sense: ");
  }

  @Test
  void aNameThatWasNotOrderedShouldNotBeProved() {
    order("victim.fabrikam.example", "pending");

    assertThat(failure())
        .isEqualTo(
            new Rejected(
                "the CA wants to see victim.fabrikam.example proved, which was not ordered"));
    assertThat(solver.presented()).isZero();
  }

  @Test
  void theDomainAboveANameMayBeProvedForIt() {
    order("contoso.example", "pending");
    String refused =
        authorization("contoso.example", "invalid")
            .replace("\"token\"", "\"error\":{\"type\":\"about:blank\"},\"token\"");
    ca.once("/authz/1", json(200, authorization("contoso.example", "pending")));
    ca.on("/authz/1", json(200, refused));

    assertThat(failure().unproved()).containsExactly("mail.contoso.example");
    assertThat(solver.presented()).isEqualTo(1).isEqualTo(solver.withdrawn());
  }

  @Test
  void whatItTakesToPutAnAnswerInPlaceShouldNotBeTheCasTime() {
    order("mail.contoso.example", "pending");
    solver.takes(() -> time.advance(Duration.ofHours(1)));

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(time.pauses())
        .first()
        .isEqualTo(NOW.plus(Duration.ofHours(1)).plus(Polling.FIRST_INTERVAL));
    assertThat(Duration.between(NOW, time.instant()))
        .isBetween(Duration.ofMinutes(64), Duration.ofMinutes(65));
  }

  private static Socket beginToAnswer(ServerSocket server) {
    try {
      Socket connection = server.accept();
      OutputStream out = connection.getOutputStream();
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return connection;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void order(String authorized, String status) {
    ca.on(
        NEW_ORDER,
        json(
                201,
                """
                {"status":"pending","authorizations":["$/authz/1"],"finalize":"$/finalize",
                 "identifiers":[{"type":"dns","value":"mail.contoso.example"}]}
                """)
            .header("Location", "$/order/1"));
    ca.on("/authz/1", json(200, authorization(authorized, status)));
    ca.on("/challenge/1", json(200, challenge("processing")));
  }

  private static String authorization(String name, String status) {
    return "{\"status\":\""
        + status
        + "\",\"identifier\":{\"type\":\"dns\",\"value\":\""
        + name
        + "\"},\"challenges\":["
        + challenge(status)
        + "]}";
  }

  private static String challenge(String status) {
    return "{\"type\":\"http-01\",\"url\":\"$/challenge/1\",\"status\":\""
        + status
        + "\",\"token\":\"tok\"}";
  }

  private String url(String path) {
    return ca.directory().resolve(path).toString();
  }

  private IssuanceFailure failure() {
    return failure(ca.directory(), Duration.ofSeconds(30));
  }

  private IssuanceFailure failure(URI directory, Duration timeout) {
    AcmeIssuer issuer =
        new AcmeIssuer(
            AcmeIssuerSettings.at("scripted", directory).settings(),
            new InMemoryKeyVault(),
            memory,
            solver,
            time,
            new SecureRandom(),
            time,
            timeout);
    return catchThrowableOfType(
            IssuanceException.class,
            () -> issuer.issue(TestRequest.of(AcmeWorld.spec("mail.contoso.example")), step -> {}))
        .failure();
  }
}
