package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator reads when something is wrong: one message that says what to do. */
@Timeout(180)
class BadInputIT {

  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int NOT_REACHABLE = 3;
  private static final int CONFIGURATION_INVALID = 4;

  private static final String CERTIFICATES_ONLY =
      """
      issuers { internal { type = local-ca, name = "Contoso Mail" } }
      certificates { mail { names = ["mail.contoso.example"], issuer = internal, key = ec-p256 } }
      """;

  private static final String LISTENER =
      """
      smtp {
        hostname = "mail.contoso.example"
        accepted-domains = ["contoso.example"]
        listeners { mx { address = "127.0.0.1:%d", certificate = mail, trusted-issuer = internal } }
        outbound-connectors { all { recipient-domains = ["*"] } }
      }
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private AgentHome home;

  @BeforeEach
  void configure() {
    home = new AgentHome(folder).configure(CERTIFICATES_ONLY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check-config"})
  void brokenConfigurationShouldBeReportedWhole(String verb) {
    home.configure(
        """
        isuers {}
        issuers { internal { type = local-ca, name = "Contoso Mail", lifetime = 90 } }
        certificates { mail { names = ["mail.contoso.example"], issuer = letsencrypt } }
        """);
    CommandResult result = home.command(verb);

    assertThat(result.exitCode()).as("%s", result).isEqualTo(CONFIGURATION_INVALID);
    assertThat(result.err())
        .contains("agent.conf:1: isuers: there is no such key; did you mean issuers?")
        .contains("agent.conf:2: issuers.internal.lifetime: ")
        .contains("agent.conf:3: certificates.mail.issuer: ")
        .doesNotContain("\tat ");
    assertThat(home.path("state")).doesNotExist();
  }

  @Test
  void reloadOfABrokenConfigurationShouldChangeNothing() {
    home.configure(CERTIFICATES_ONLY + LISTENER.formatted(0));
    try (AgentProcess agent = home.start()) {
      home.awaitLive("mail");
      InetSocketAddress before = home.listener("mx");
      home.configure(CERTIFICATES_ONLY + LISTENER.formatted(99_999));

      assertFails(home.command("reload"), CONFIGURATION_INVALID, "nothing was changed");
      assertThat(home.command("reload").err())
          .contains("agent.conf:6: smtp.listeners.mx.address: ");
      assertThat(home.listener("mx")).isEqualTo(before);
      assertThat(agent.log()).doesNotContain("\tat ");
    }
  }

  @Test
  void configurationThatCannotBeParsedShouldBeReportedWithItsLine() {
    home.configure("issuers {\n  internal { type = \n");

    assertFails(home.command("run"), CONFIGURATION_INVALID, "the configuration cannot be used");
    assertThat(home.command("run").err()).containsPattern("agent\\.conf:[0-9]+: ");
  }

  @Test
  void missingConfigurationShouldBeNamed() throws IOException {
    Files.delete(home.path("agent.conf"));
    CommandResult result = home.command("run");

    assertFails(result, CONFIGURATION_INVALID, "nothing was started");
    assertThat(result.err()).contains("agent.conf: there is no such file", "--config");
  }

  @Test
  void secretFileThatIsMissingOrOpenToOthersShouldBeNamed() throws IOException {
    home.configure(CERTIFICATES_ONLY + "store.secret = { file = store.secret }");
    CommandResult missing = home.command("run");
    assertFails(missing, CONFIGURATION_INVALID, "nothing was started");
    assertThat(missing.err())
        .contains("agent.conf:3: store.secret", home.path("store.secret") + "");

    home.write("store.secret", "correct horse battery staple");
    openToOthers("store.secret");
    CommandResult open = home.command("run");
    assertFails(open, CONFIGURATION_INVALID, "nothing was started");
    assertThat(open.err()).contains("run chmod 600 " + home.path("store.secret"));
  }

  @Test
  void generatedSecretThatIsOpenToOthersOrMissingShouldStopTheStart() throws Exception {
    issueAndStop();
    openToOthers("state/secret.key");
    assertFails(home.command("run"), FAILED, "run: chmod 0400 " + home.path("state/secret.key"));

    Files.delete(home.path("state/secret.key"));
    assertFails(
        home.command("run"), FAILED, home.path("state/secret.key") + " is gone", "restore it");
  }

  @Test
  void wrongSecretShouldStopTheStart() throws Exception {
    home.write("one", "correct horse battery staple").write("other", "tr0ub4dor and three more");
    home.configure(CERTIFICATES_ONLY + "store.secret = { file = one }");
    issueAndStop();
    home.configure(CERTIFICATES_ONLY + "store.secret = { file = other }");

    assertFails(
        home.command("run"),
        FAILED,
        "identity.p12 does not open with the store secret",
        "set store.secret to the secret that the store was written with");
    home.configure(CERTIFICATES_ONLY + "store.secret = { file = one }");
    try (AgentProcess agent = home.start()) {
      assertThat(home.certificate("mail").get("live")).isEqualTo(true);
      assertThat(agent.log()).doesNotContain("WARN", "ERROR");
    }
  }

  @Test
  void keyThatIsOpenToOthersShouldStopTheStart() throws Exception {
    issueAndStop();
    String key = "state/certificates/mail/1/identity.p12";
    openToOthers(key);

    assertFails(home.command("run"), FAILED, "run: chmod 0600 " + home.path(key));
  }

  @Test
  void keyThatIsMissingShouldBeReportedAndReplaced() throws Exception {
    issueAndStop();
    Files.delete(home.path("state/certificates/mail/1/identity.p12"));

    try (AgentProcess agent = home.start()) {
      home.awaitLive("mail");
      assertThat(agent.log())
          .containsOnlyOnce("WARN")
          .contains("generation mail/1 is damaged", "identity.p12: it does not exist; restore it")
          .doesNotContain("ERROR", "\tat ");
      assertThat(home.certificate("mail").get("generation")).isEqualTo(2);
    }
  }

  @Test
  void portInUseShouldBeNamedWithItsListener() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      home.configure(CERTIFICATES_ONLY + LISTENER.formatted(taken.getLocalPort()));
      assertFails(
          home.command("run"),
          FAILED,
          "listener mx cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "Address already in use; free the port",
          "change smtp.listeners.mx.address");

      home.configure(
          CERTIFICATES_ONLY + "http.address = \"127.0.0.1:%d\"".formatted(taken.getLocalPort()));
      assertFails(
          home.command("run"),
          FAILED,
          "127.0.0.1:" + taken.getLocalPort(),
          "http.address: cannot listen on ",
          "choose another address");
    }
  }

  @Test
  void secondAgentShouldBeToldOfTheFirst() {
    try (AgentProcess first = home.start()) {
      assertFails(
          home.command("run"),
          FAILED,
          home.path("state") + " is in use by another agent",
          "point state-directory elsewhere");

      home.write(
          "agent.conf",
          CERTIFICATES_ONLY + "state-directory = state2\nadmin.socket = admin.sock\n");
      assertFails(home.command("run"), FAILED, "another agent answers on", "its own admin.socket");
      assertThat(home.status()).containsKey("started");
      assertThat(first.log()).doesNotContain("WARN", "ERROR");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "renew", "reload"})
  void agentThatDoesNotRunShouldBeMissed(String verb) {
    assertFails(
        home.command(verb),
        NOT_REACHABLE,
        "no agent answers on " + home.path("admin.sock"),
        "start the agent with \"hybridtls run\"");
  }

  @Test
  void misspeltCommandsAndOptionsShouldBeAUsageError() {
    for (CommandResult result :
        new CommandResult[] {
          home.program("stauts"), home.command("status", "--jsno"), home.program()
        }) {
      assertThat(result.exitCode()).as("%s", result).isEqualTo(USAGE);
      assertThat(result.err()).isNotBlank().doesNotContain("\tat ", "Exception");
    }
    assertThat(home.program("stauts").err()).contains("Did you mean: hybridtls status?");
    assertThat(home.command("status", "--jsno").err()).contains("Possible solutions: --json");
  }

  private static void assertFails(CommandResult result, int exitCode, String... message) {
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
    assertThat(result.err().lines().filter(line -> line.startsWith("hybridtls: ")))
        .singleElement()
        .asString()
        .contains(message);
  }

  private void issueAndStop() throws InterruptedException {
    try (AgentProcess agent = home.start()) {
      home.awaitLive("mail");
      agent.terminate();
      agent.awaitExit();
    }
  }

  private void openToOthers(String file) throws IOException {
    Files.setPosixFilePermissions(home.path(file), PosixFilePermissions.fromString("rw-r--r--"));
  }
}
