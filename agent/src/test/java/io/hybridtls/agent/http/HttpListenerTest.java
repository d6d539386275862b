package io.hybridtls.agent.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpListenerTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener = new HttpListener(loopback(0), routes);

  @BeforeEach
  void start() throws IOException {
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void shouldAnswerAChallengeWhileItIsRegistered() throws Exception {
    try (HttpRoutes.Registration registered =
        routes.answerChallenge("to-ken_1", "to-ken_1.thumb")) {
      HttpResponse<String> answer = send("GET", "/.well-known/acme-challenge/to-ken_1");

      assertThat(registered).isNotNull();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("to-ken_1.thumb");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
      assertThat(answer.headers().firstValue("Connection")).contains("close");
    }
    assertThat(send("GET", "/.well-known/acme-challenge/to-ken_1").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldServeADocumentAndItsHead() throws Exception {
    routes.serve(
        "/crl/internal.crl", HttpDocument.of("application/pkix-crl", new byte[] {1, 2, 3}));

    assertThat(send("GET", "/crl/internal.crl?x=1").body()).isEqualTo("\u0001\u0002\u0003");
    HttpResponse<String> head = send("HEAD", "/crl/internal.crl");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length")).contains("3");
  }

  @Test
  void shouldServeWhatReplacedADocument() throws Exception {
    HttpRoutes.Registration old = routes.serve("/a", HttpDocument.of("text/plain", bytes("old")));
    routes.serve("/a", HttpDocument.of("text/plain", bytes("new")));
    old.close();

    assertThat(send("GET", "/a").body()).isEqualTo("new");
  }

  @Test
  void shouldKnowNothingElse() throws Exception {
    assertThat(send("GET", "/").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/.well-known/acme-challenge/").statusCode()).isEqualTo(404);
    assertThat(send("HEAD", "/etc/passwd").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldAllowGetAndHeadAlone() throws Exception {
    HttpResponse<String> answer = send("POST", "/");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void shouldUnderstandARequestInAbsoluteForm() throws Exception {
    routes.serve("/a", HttpDocument.of("text/plain", bytes("here")));

    assertThat(speak("GET http://mail.contoso.example/a HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .endsWith("here");
  }

  @Test
  void shouldRefuseWhatIsTooLong() throws Exception {
    assertThat(speak("GET /" + "a".repeat(3_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(speak("GET / HTTP/1.1\r\nX: " + "a".repeat(9_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void shouldAnswerWithoutWaitingForABody() throws Exception {
    assertThat(speak("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n")).startsWith("HTTP/1.1 405");
  }

  @Test
  void shouldNotWaitForARequestThatNeverEnds() throws Exception {
    try (HttpListener hasty = new HttpListener(loopback(0), routes, Duration.ofMillis(100), 512)) {
      hasty.start();

      assertThat(speak(hasty, "GET / HTTP/1.1\r\nHost:")).isEmpty();
    }
  }

  @Test
  void theOldestOfTooManyConnectionsShouldMakeRoom() throws Exception {
    try (HttpListener narrow = new HttpListener(loopback(0), routes, Duration.ofMinutes(1), 2)) {
      narrow.start();
      try (Socket oldest = idle(narrow);
          Socket newer = idle(narrow)) {
        assertThat(speak(narrow, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        assertThat(oldest.getInputStream().read()).isEqualTo(-1);

        newer.getOutputStream().write(bytes("GET / HTTP/1.1\r\n\r\n"));
        assertThat(new String(newer.getInputStream().readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 404");
      }
    }
  }

  @Test
  void aConnectionThatEndsShouldLeaveNoTimerBehind() {
    EmbeddedChannel connection =
        new EmbeddedChannel(new RequestHandler(routes, Duration.ofMinutes(1)));
    assertThat(connection.runScheduledPendingTasks()).isPositive();

    connection.pipeline().fireChannelInactive();

    assertThat(connection.runScheduledPendingTasks()).as("none is waiting").isEqualTo(-1);
    connection.finishAndReleaseAll();
  }

  @Test
  void shouldLeaveTheEventLoopsOfOthersOpen() throws Exception {
    IoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (HttpListener other = new HttpListener(loopback(0), routes, group)) {
      try (HttpListener one = new HttpListener(loopback(0), routes, group)) {
        one.start();
      }
      other.start();

      assertThat(speak(other, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void shouldNameTheAddressAndTheRemedyWhenThePortIsInUse() {
    int port = listener.address().getPort();
    try (HttpListener second = new HttpListener(loopback(port), routes)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("http.address: cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("is in use; see who listens with \"ss -ltnp");
    }
  }

  @Test
  void shouldNameTheCapabilityThatAPrivilegedPortNeeds() {
    assertThat(
            BindFailure.explain(
                new InetSocketAddress("0.0.0.0", 80),
                new IOException("bind(..) failed with error(-13): Permission denied")))
        .hasMessageContaining("port 80 needs CAP_NET_BIND_SERVICE");
  }

  @Test
  void shouldRefuseATokenThatIsAPath() {
    assertThatThrownBy(() -> routes.answerChallenge("../../crl/a", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + listener.address().getPort() + path);
    return CLIENT.send(
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString(US_ASCII));
  }

  private String speak(String request) throws IOException {
    return speak(listener, request);
  }

  private static String speak(HttpListener to, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.address().getPort())) {
      socket.getOutputStream().write(bytes(request));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static Socket idle(HttpListener at) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), at.address().getPort());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static HttpSettings loopback(int port) {
    return new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }
}
