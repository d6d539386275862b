package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a CA, or whoever poses as one, may send without harm. */
@Timeout(60)
class HostileAnswerTest extends ScriptedCaCase {

  @Test
  void anAnswerThatStopsInTheMiddleShouldBeGivenUp() throws Exception {
    try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> open = CompletableFuture.supplyAsync(() -> beginToAnswer(slow));
      URI directory = URI.create("http://127.0.0.1:" + slow.getLocalPort() + "/dir");

      assertThat(failure(settings(directory), Duration.ofSeconds(1)))
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
  void anAnswerThatIsNoJsonShouldNotBeQuotedWhole() {
    ca.on(NEW_ORDER, json(201, "[".repeat(100_000)).header("Location", "$/order/1"));

    assertThat(failure()).isInstanceOf(Unreachable.class).asString().hasSizeLessThan(3_000);
  }

  /** RFC 8555, section 6.5, wants one; the next is asked for. */
  @Test
  void aNonceThatIsRefusedWithoutAnotherShouldBeAFaultOfTheCa() {
    ca.on(NEW_ORDER, problem(400, "badNonce", "\"detail\":\"no\"").header("Replay-Nonce", ""));

    assertThat(failure())
        .isEqualTo(new Unreachable(ca.directory() + ": urn:ietf:params:acme:error:badNonce: no"));
  }

  @Test
  void aProblemWhoseTypeIsNoUriShouldBeAFaultOfTheCa() {
    ca.on(
        NEW_ORDER, problem(400, "x", "\"detail\":\"no\"").withBody("{\"type\":\"no uri at all\"}"));

    assertThat(failure()).isEqualTo(new Unreachable(url(NEW_ORDER) + ": HTTP 400, no uri at all"));
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
}
