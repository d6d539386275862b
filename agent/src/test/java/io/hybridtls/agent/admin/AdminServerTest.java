package io.hybridtls.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AdminServerTest {

  private static final String ECHO = "GET /v1/echo";

  @TempDir private Path folder;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<AdminServer> started = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (AdminServer server : started) {
      server.close();
    }
    workers.shutdownNow();
  }

  @Test
  void parametersShouldArriveAsTheyWereGiven() throws Exception {
    AdminClient client = serve(echo());

    assertThat(client.ask(ECHO, Map.of("id", List.of("mail", "a&b=c d/é")), progress -> {}))
        .containsEntry("id", List.of("mail", "a&b=c d/é"));
  }

  @Test
  void progressShouldArriveAsItIsMade() throws Exception {
    CountDownLatch firstSeen = new CountDownLatch(1);
    AdminClient client =
        serve(
            answering(
                progress -> {
                  progress.tell(Map.of("step", 1));
                  await(firstSeen); // so it was not held back for the next
                  progress.tell(Map.of("step", 2));
                  return Map.of("done", true);
                }));
    List<Object> steps = new ArrayList<>();

    Map<String, Object> result =
        client.ask(
            ECHO,
            Map.of(),
            progress -> {
              steps.add(progress.get("step"));
              firstSeen.countDown();
            });

    assertThat(steps).containsExactly(1, 2);
    assertThat(result).containsExactly(Map.entry("done", true));
  }

  @Test
  void longTextInAnyAlphabetShouldArriveWhole() throws Exception {
    String text = "größer als ein Päckchen, 証明書; ".repeat(20_000);
    AdminClient client = serve(answering(progress -> Map.of("text", text)));

    assertThat(client.ask(ECHO, Map.of(), progress -> {})).containsEntry("text", text);
  }

  @Test
  void theSocketShouldBeOpenToItsOwnerAloneAndTheOnlyThingInItsFolder() throws Exception {
    serve(echo());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("admin.sock");
  }

  @Test
  void aMissingFolderShouldBeMadeForTheOwnerAlone() throws Exception {
    Path socket = folder.resolve("run/hybridtls/admin.sock");
    start(socket, echo());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderInWhichOthersCouldPoseAsTheAgentShouldBeRefused() throws Exception {
    for (String modes : List.of("rwxrwxrwx", "rwx----w-")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(modes));

      assertThatThrownBy(() -> start(socket(), echo()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("admin.socket " + socket() + " is in a folder that everybody may");
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void aSocketThatWasLeftBehindShouldBeReplaced() throws Exception {
    leaveSocketBehind();

    assertThat(serve(echo()).ask(ECHO, Map.of(), progress -> {})).isEmpty();
  }

  @Test
  void whatAProcessWithThisIdLeftBehindShouldBeTidiedUp() throws Exception {
    Path hidden =
        folder.resolve("." + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX));
    Files.createDirectory(hidden);
    Files.writeString(hidden.resolve("s"), "");

    serve(echo());

    assertThat(names()).containsExactly("admin.sock");
  }

  @Test
  void aSecondAgentShouldBeRefusedAndTheFirstGoOn() throws Exception {
    AdminClient first = serve(echo());

    assertThatThrownBy(() -> start(socket(), echo()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another agent answers on " + socket());
    assertThat(first.ask(ECHO, Map.of(), progress -> {})).isEmpty();
  }

  @Test
  void aFileThatIsNoSocketShouldStay() throws Exception {
    Files.writeString(socket(), "precious");

    assertThatThrownBy(() -> start(socket(), echo())).hasMessageContaining("is no socket");
    assertThat(socket()).hasContent("precious");
  }

  @Test
  void aPathThatIsTooLongShouldBeRefusedWithTheRemedy() {
    Path deep = folder.resolve("a-folder-with-a-long-name".repeat(4)).resolve("admin.sock");

    assertThatThrownBy(() -> start(deep, echo()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(deep.toString())
        .hasMessageContaining("at most 100 characters");
  }

  @Test
  void aFolderThatCannotBeMadeShouldBeNamedWithTheRemedy() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> start(file.resolve("admin.sock"), echo()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("admin.socket " + file.resolve("admin.sock") + " cannot be made")
        .hasMessageContaining("or set admin.socket to");
  }

  @Test
  void closeShouldTakeTheNameAway() throws Exception {
    AdminServer server = start(socket(), echo());

    server.close();

    assertThat(names()).isEmpty();
  }

  @Test
  void closeShouldLeaveTheSocketOfAnAgentThatCameAfter() throws Exception {
    AdminServer server = start(socket(), echo());
    Files.delete(socket());
    start(socket(), echo());

    server.close();

    assertThat(new AdminClient(socket()).ask(ECHO, Map.of(), progress -> {})).isEmpty();
  }

  @Test
  void closeShouldNotWaitForAnAnswerThatTakesLong() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    AdminServer server =
        start(
            socket(),
            answering(
                progress -> {
                  begun.countDown();
                  await(never);
                  return Map.of();
                }));
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    workers.execute(
        () -> {
          try {
            new AdminClient(socket()).ask(ECHO, Map.of(), progress -> {});
          } catch (IOException | InterruptedException e) {
            failure.complete(e);
          }
        });
    await(begun);

    server.close();

    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("the agent broke off");
    never.countDown();
  }

  @Test
  void anUnknownRouteShouldBeToldFromAFailure() throws Exception {
    AdminClient client = serve(echo());

    assertThatThrownBy(() -> client.ask("GET /v2/status", Map.of(), progress -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not know this request");
  }

  @Test
  void aRequestThatIsTooLargeShouldBeToldFromAnUnknownOne() throws Exception {
    AdminClient client = serve(echo());
    Map<String, List<String>> large = Map.of("content", List.of("A".repeat(5 * 1024 * 1024)));

    assertThatThrownBy(() -> client.ask("POST /v1/echo", large, progress -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the request is larger than it takes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/echo HTTP/1.1\r\nContent-Length: 14\r\n\r\npassword=%zz%00",
        "GET /v1/echo?password=%f HTTP/1.1\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /v1/echo HTTP/1.1\r\nContent-Length: none\r\n\r\n",
        "\u0000\u0001\r\n\r\n"
      })
  void whatIsMalformedShouldBeRefusedAndRepeatedNowhere(String request) throws Exception {
    AdminClient client = serve(AdminResource.of(ECHO, () -> Map.of("fine", true)));
    try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      raw.write(ascii(request));

      assertThat(readAll(raw)).contains("HTTP/1.1 40").doesNotContain("password", "fine");
    }
    assertThat(client.ask(ECHO, Map.of(), progress -> {})).containsEntry("fine", true);
  }

  @Test
  void aResourceThatFailsShouldEndTheAnswerAndNotTheServer() throws Exception {
    AdminClient client =
        serve(
            answering(
                progress -> {
                  progress.tell(Map.of("step", 1));
                  throw new IllegalStateException("a fault of ours");
                }),
            AdminResource.of("GET /v1/other", () -> Map.of("fine", true)));

    assertThatThrownBy(() -> client.ask(ECHO, Map.of(), progress -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the connection ended before the answer did")
        .hasMessageNotContaining("Exception");
    assertThat(client.ask("GET /v1/other", Map.of(), progress -> {})).containsEntry("fine", true);
  }

  @Test
  void aClientThatGoesAwayShouldBeToldToTheResource() throws Exception {
    CompletableFuture<IOException> told = new CompletableFuture<>();
    AdminClient client =
        serve(
            answering(
                progress -> {
                  try {
                    while (!Thread.currentThread().isInterrupted()) {
                      progress.tell(Map.of("step", 1));
                    }
                    return Map.of();
                  } catch (IOException e) {
                    told.complete(e);
                    throw e;
                  }
                }),
            AdminResource.of("GET /v1/other", () -> Map.of("fine", true)));
    try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      raw.write(ascii("GET /v1/echo HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      raw.read(ByteBuffer.allocate(100));
    }

    assertThat(told.get(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(client.ask("GET /v1/other", Map.of(), progress -> {})).containsEntry("fine", true);
  }

  @Test
  void aSecondRequestOnOneConnectionShouldNotBeAnswered() throws Exception {
    serve(AdminResource.of(ECHO, () -> Map.of("answer", 42)));
    String request = "GET /v1/echo HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      raw.write(ascii(request + request));

      assertThat(readAll(raw).split("answer", -1)).hasSize(2);
    }
  }

  @Test
  void aSocketThatIsNotThereShouldBeReportedWithTheRemedy() {
    assertThatThrownBy(() -> new AdminClient(socket()).ask(ECHO, Map.of(), progress -> {}))
        .isInstanceOf(AgentNotReachableException.class)
        .hasMessageContaining("no agent answers on " + socket() + ": there is no such socket")
        .hasMessageContaining("hybridtls run");
  }

  @Test
  void aSocketThatNobodyListensOnShouldBeReported() throws Exception {
    leaveSocketBehind();

    assertThatThrownBy(() -> new AdminClient(socket()).ask(ECHO, Map.of(), progress -> {}))
        .isInstanceOf(AgentNotReachableException.class)
        .hasMessageContaining("the agent that made it is gone");
  }

  @Test
  void anAgentThatDoesNotBeginToAnswerShouldNotBeWaitedFor() throws Exception {
    try (ServerSocketChannel suspended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      suspended.bind(UnixDomainSocketAddress.of(socket()));
      AdminClient impatient = new AdminClient(socket(), Duration.ofMillis(50));

      assertThatThrownBy(() -> impatient.ask(ECHO, Map.of(), progress -> {}))
          .isInstanceOf(AgentNotReachableException.class)
          .hasMessageContaining("takes requests and does not answer");
    }
  }

  @Test
  void manyClientsAtOnceShouldEachGetTheirAnswer() throws Exception {
    AdminClient client = serve(echo());

    List<CompletableFuture<Map<String, Object>>> answers =
        IntStream.range(0, 20)
            .mapToObj(number -> CompletableFuture.supplyAsync(() -> ask(client, number), workers))
            .toList();

    for (int number = 0; number < answers.size(); number++) {
      assertThat(answers.get(number).get())
          .containsEntry("number", List.of(String.valueOf(number)));
    }
  }

  /** What a resource does with a request whose parameters do not matter. */
  @FunctionalInterface
  private interface Answering {
    Map<String, ?> answer(AdminResource.Progress progress) throws IOException;
  }

  private static AdminResource answering(Answering answer) {
    return new AdminResource() {
      @Override
      public String route() {
        return ECHO;
      }

      @Override
      public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress)
          throws IOException {
        return answer.answer(progress);
      }
    };
  }

  private static AdminResource echo() {
    return new AdminResource() {
      @Override
      public String route() {
        return ECHO;
      }

      @Override
      public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
        return parameters;
      }
    };
  }

  private static Map<String, Object> ask(AdminClient client, int number) {
    try {
      return client.ask(ECHO, Map.of("number", List.of(String.valueOf(number))), progress -> {});
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private AdminClient serve(AdminResource... resources) throws IOException {
    start(socket(), resources);
    return new AdminClient(socket());
  }

  private AdminServer start(Path socket, AdminResource... resources) throws IOException {
    AdminServer server = AdminServer.start(socket, List.of(resources), workers);
    started.add(server);
    return server;
  }

  private Path socket() {
    return folder.resolve("admin.sock");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private void leaveSocketBehind() throws IOException {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertThat(socket()).exists();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readAll(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1_024);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toString(StandardCharsets.US_ASCII);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
