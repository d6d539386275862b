package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A CA that wants its certificate replaced, as before a mass revocation. */
@RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
@Timeout(180)
class RenewalInfoAgentIT {

  private static final String WHY = "https://ca.example/incidents/1";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void aWindowInThePastShouldRenewWithinOnePoll() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    try (PebblePeer pebble =
        PebblePeer.start(
            Files.createDirectory(folder.resolve("pebble")),
            PebbleOptions.http(httpPort).newest())) {
      configure(home, pebble, httpPort);
      String first;
      try (AgentProcess agent = home.start()) {
        first = home.awaitLive("mail");
        agent.terminate();
        agent.awaitExit();
      }
      assertThat(pebble.manage("/set-renewal-info/", immediate(chain()))).isEqualTo(200);

      try (AgentProcess agent = home.start()) {
        await("the second certificate")
            .atMost(Duration.ofSeconds(60))
            .until(() -> !home.awaitLive("mail").equals(first));
        assertThat(agent.log())
            .contains(
                "the CA suggests 2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z (it explains why at "
                    + WHY
                    + ")")
            .doesNotContain(" ERROR ", "\tat ");
        assertThat(home.certificate("mail").get("reason"))
            .asString()
            .contains(WHY, "which is over");
        assertThat(pebble.log()).contains("is a replacement of");
      }
    }
  }

  @Test
  void aWindowThatMovedSinceTheLastPollShouldBeHeardOfWhenAnOperatorRenews() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    try (PebblePeer pebble =
        PebblePeer.start(
            Files.createDirectory(folder.resolve("pebble")),
            PebbleOptions.http(httpPort).newest())) {
      configure(home, pebble, httpPort);
      try (AgentProcess agent = home.start()) {
        String first = home.awaitLive("mail");
        assertThat(home.command("renew", "mail", "--wait").out()).contains("not due");
        assertThat(pebble.manage("/set-renewal-info/", immediate(chain()))).isEqualTo(200);

        CommandResult renewal = home.command("renew", "mail", "--wait");
        assertThat(renewal.exitCode()).as(renewal.toString()).isEqualTo(0);
        assertThat(home.awaitLive("mail")).isNotEqualTo(first);
        assertThat(agent.log()).contains(WHY);
      }
    }
  }

  private String chain() throws IOException {
    try (Stream<Path> files = Files.walk(home("state/certificates/mail"))) {
      return Files.readString(
          files.filter(file -> file.endsWith("chain.pem")).findFirst().orElseThrow());
    }
  }

  private Path home(String relative) {
    return folder.resolve(relative);
  }

  /** What Pebble is to answer for the first certificate of {@code chain}. */
  private static String immediate(String chain) {
    return """
    {"Certificate": "%s",
     "ARIResponse": "{\\"suggestedWindow\\":{\\"start\\":\\"2020-01-01T00:00:00Z\\",\\"end\\":\\"2020-01-02T00:00:00Z\\"},\\"explanationURL\\":\\"%s\\"}"}
    """
        .formatted(chain.replace("\n", "\\n"), WHY);
  }

  private static void configure(AgentHome home, PebblePeer pebble, int httpPort) {
    home.configure(
        """
        issuers {
          pebble {
            type = acme
            directory = "%s"
            terms-of-service-agreed = true
            trusted-ca-file = "%s"
          }
        }
        certificates { mail { names = ["mail.contoso.example"], issuer = pebble } }
        http { address = "127.0.0.1:%d" }
        renewal { check-interval = 1 second }
        """
            .formatted(pebble.directory(), pebble.httpsRoot(), httpPort));
  }
}
