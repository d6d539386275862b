package io.hybridtls.agent.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.lifecycle.ReloadResult;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentLauncherTest {

  @TempDir private Path folder;

  @Test
  void anAgentShouldIssueWhatIsMissingAndPresentIt() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      Generation mail = agent.awaitLive("mail");

      assertThat(mail.number()).isOne();
      assertThat(greeting(agent)).startsWith("220 mail.contoso.example ");
    }
  }

  @Test
  void anExplanationShouldSayWhenWhyAndByWhom() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      agent.awaitLive("mail");
      await().untilAsserted(() -> assertThat(certificate(agent)).containsEntry("renewing", false));

      assertThat(agent.ask("GET /v1/explain", Map.of("id", List.of("mail"))))
          .containsEntry("exit", 0)
          .containsEntry("id", "mail")
          .containsEntry("decision", certificate(agent).get("decision"))
          .containsEntry("issuers", List.of(Map.of("name", "internal", "spent", List.of())))
          .containsKeys("rules", "next-look", "next");
      assertThat(agent.ask("GET /v1/explain", Map.of("id", List.of("mial"))))
          .containsEntry("exit", 2)
          .containsEntry("error", "there is no certificate \"mial\"; configured are mail");
      assertThat(agent.ask("GET /v1/renew/cost", Map.of("id", List.of("mail"))).get("costs"))
          .asInstanceOf(LIST)
          .singleElement(MAP)
          .containsEntry("due", false)
          .containsEntry("exceeds", false);
    }
  }

  @Test
  void theStatusShouldTellItAll() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      Generation mail = agent.awaitLive("mail");
      await().untilAsserted(() -> assertThat(certificate(agent)).containsEntry("renewing", false));

      assertThat(certificate(agent))
          .containsEntry("id", "mail")
          .containsEntry("names", List.of("mail.contoso.example"))
          .containsEntry("issuer", "internal")
          .containsEntry("roles", List.of("server", "client"))
          .containsEntry("live", true)
          .containsEntry("expired", false)
          .containsEntry("serial", mail.certificate().serial())
          .containsEntry("warnings", List.of())
          .containsEntry("due", false)
          .containsEntry("failures", 0)
          .containsKeys("renew-at", "decision", "not-after")
          .doesNotContainKeys("failure", "next-attempt");
      assertThat(agent.status().get("listeners"))
          .isEqualTo(
              List.of(
                  Map.of(
                      "name", "mx",
                      "address", "127.0.0.1:" + agent.address("mx").getPort(),
                      "tls", "starttls",
                      "certificate", "mail",
                      "client-certificate", "requested")));
      assertThat(agent.status())
          .containsEntry("sessions", 0)
          .containsEntry("queue", Map.of("messages", 0, "recipients", 0, "deferred", 0));
    }
  }

  @Test
  void whatWasHeldShouldBeLiveAgainAtOnceAfterARestart() throws Exception {
    Generation first;
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      first = agent.awaitLive("mail");
      await().untilAsserted(() -> assertThat(certificate(agent)).containsEntry("renewing", false));
    }
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      assertThat(agent.agent().certificates().snapshot().find(first.id()))
          .hasValueSatisfying(
              live -> assertThat(live.certificate().leaf()).isEqualTo(first.certificate().leaf()));
    }
  }

  @Test
  void closeShouldLeaveNothingBehind() throws Exception {
    Set<Thread> before = threads();
    TestAgent agent = TestAgent.start(folder, TestAgent.config());
    agent.awaitLive("mail");
    int port = agent.address("mx").getPort();

    agent.close();

    assertNothingIsLeft(before);
    bind(port).close();
  }

  @Test
  void closingTwiceShouldDoNothingMore() throws Exception {
    TestAgent agent = TestAgent.start(folder, TestAgent.config());
    agent.close();

    agent.close();

    assertThat(agent.agent().reload())
        .extracting(ReloadResult::applied, ReloadResult::message)
        .containsExactly(false, "the agent is stopping; nothing was changed");
  }

  @Test
  void aListenersPortInUseShouldStopTheStartAndLeaveNothingBehind() throws Exception {
    Set<Thread> before = threads();
    try (ServerSocket taken = bind(0)) {
      String config =
          TestAgent.config().replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort());

      assertThatThrownBy(() -> TestAgent.launch(folder, config))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listener mx cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
    assertNothingIsLeft(before);
  }

  @Test
  void theHttpPortInUseShouldStopTheStartAndLeaveNothingBehind() throws Exception {
    Set<Thread> before = threads();
    try (ServerSocket taken = bind(0)) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  TestAgent.launch(
                      folder, TestAgent.config() + "http { address = \"" + address + "\" }\n"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(address);
    }
    assertNothingIsLeft(before);
  }

  @Test
  void anAdminSocketThatCannotBeMadeShouldStopTheStartAndLeaveNothingBehind() throws Exception {
    Set<Thread> before = threads();
    Files.writeString(folder.resolve("admin.sock"), "no socket");

    assertThatThrownBy(() -> TestAgent.launch(folder, TestAgent.config()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("admin.sock is there already and is no socket");

    Files.delete(folder.resolve("admin.sock"));
    assertNothingIsLeft(before);
  }

  @Test
  void aSecondAgentOnTheSameStateShouldBeRefused() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config())) {
      assertThatThrownBy(() -> TestAgent.launch(folder, TestAgent.config()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(folder.resolve("state") + " is in use by another agent");
      assertThat(agent.status()).containsKey("certificates");
    }
  }

  @Test
  void aWrongStoreSecretShouldStopTheStartWithTheStoresOwnWords() throws Exception {
    Set<Thread> before = threads();
    String secret = "store { secret = \"correct horse battery staple\" }\n";
    try (TestAgent agent = TestAgent.start(folder, TestAgent.config() + secret)) {
      agent.awaitLive("mail");
    }

    assertThatThrownBy(
            () -> TestAgent.launch(folder, TestAgent.config() + secret.replace("horse", "zebra")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not open with the store secret")
        .hasMessageNotContaining("zebra");
    assertNothingIsLeft(before);
  }

  @Test
  void aStateDirectoryThatCannotBeMadeShouldBeNamed() throws Exception {
    Files.writeString(folder.resolve("state"), "a file");

    assertThatThrownBy(() -> TestAgent.launch(folder, TestAgent.config()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("state").toString());
  }

  @Test
  void anAgentShouldKeepCertificatesWithoutAnEndpoint() throws Exception {
    String config = TestAgent.config().replaceFirst("(?s)smtp \\{.*\n}\n(?=admin)", "");
    assertThat(config).doesNotContain("smtp");
    try (TestAgent agent = TestAgent.start(folder, config)) {
      agent.awaitLive("mail");

      assertThat(agent.listeners()).isEmpty();
      assertThat(agent.status()).doesNotContainKeys("listeners", "queue");
    }
  }

  private void assertNothingIsLeft(Set<Thread> before) throws Exception {
    assertThat(folder.resolve("admin.sock")).doesNotExist();
    StoreLock.acquire(folder.resolve("state")).close();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(names(threads(), before)).isEmpty());
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet();
  }

  /**
   * What Netty and the Java runtime keep for everybody, and end or reuse by themselves, is left
   * out.
   */
  private static Set<String> names(Set<Thread> now, Set<Thread> before) {
    return now.stream()
        .filter(thread -> !before.contains(thread))
        .filter(thread -> thread.getThreadGroup() != null && thread.isAlive())
        .map(Thread::getName)
        .filter(name -> !name.matches("(globalEventExecutor|ForkJoinPool|awaitility|Cleaner).*"))
        .collect(Collectors.toSet());
  }

  private static ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  private static Map<String, Object> certificate(TestAgent agent) {
    assertThat(agent.status().get("certificates")).isInstanceOf(List.class);
    @SuppressWarnings("unchecked")
    Map<String, Object> first =
        (Map<String, Object>) ((List<?>) agent.status().get("certificates")).get(0);
    return first;
  }

  private static String greeting(TestAgent agent) throws IOException {
    try (Socket client = new Socket()) {
      client.connect(agent.address("mx"));
      byte[] greeting = new byte[100];
      int length = client.getInputStream().read(greeting);
      return new String(greeting, 0, length, StandardCharsets.US_ASCII);
    }
  }
}
