package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.MailSink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** An ACME server that is down when the agent is started for the first time. */
@Timeout(120)
class AcmeOutageIT {

  private static final int NOTHING_VALID_HELD = 1;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

  @Test
  void mailShouldFlowWhileTheFirstCertificateWaitsForItsCa() throws Exception {
    AgentHome home = new AgentHome(folder);
    try (MailSink sink = MailSink.start(this::take)) {
      configure(home, closedPort(), sink.port());
      try (AgentProcess agent = home.start().awaitLog("the CA could not be reached")) {
        try (MailClient client = MailClient.plain(home.listener("mx"))) {
          client.say("454", "STARTTLS");
          client.send("a@contoso.example", "b@fabrikam.example", "Subject: in clear\r\n\r\n");
        }
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).contains("Subject: in clear");
        assertStatusTellsAll(home);
        assertThat(agent.log().lines().filter(line -> line.contains("could not be reached")))
            .singleElement()
            .asString()
            .contains("certificate mail: ", "the next attempt is at ", " ERROR ");
        assertThat(agent.log()).doesNotContain("\tat ", "Exception", "WARN");
      }
    }
  }

  @Test
  void renewalShouldFailAtOnceAndSaySo() throws IOException {
    AgentHome home = new AgentHome(folder);
    configure(home, closedPort(), closedPort());
    try (AgentProcess agent = home.start().awaitLog("the CA could not be reached")) {
      CommandResult renewal = home.command("renew", "--force", "--wait");

      assertThat(renewal.exitCode()).as("%s", renewal).isEqualTo(NOTHING_VALID_HELD);
      assertThat(renewal.out()).contains("the CA could not be reached", "the next attempt is at ");
      assertThat(renewal.err() + agent.log()).doesNotContain("\tat ");
    }
  }

  private static void assertStatusTellsAll(AgentHome home) {
    await("the failure is noted").until(() -> home.certificate("mail").containsKey("failure"));
    assertThat(home.certificate("mail").get("live")).isEqualTo(false);
    assertThat(home.certificate("mail").containsKey("next-attempt")).isTrue();
    CommandResult status = home.command("status");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out())
        .contains("mail: missing")
        .containsPattern("failure .*the CA could not be reached")
        .containsPattern("retry +in ");
  }

  private String take(String message) {
    arrived.add(message);
    return "250 2.0.0 OK";
  }

  /** Nobody listens there. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void configure(AgentHome home, int caPort, int smartHostPort) {
    home.configure(
        """
        issuers {
          letsencrypt {
            type = acme
            directory = "https://127.0.0.1:%d/dir"
            terms-of-service-agreed = true
          }
        }
        certificates { mail { names = ["mail.contoso.example"], issuer = letsencrypt } }
        http { address = "127.0.0.1:0" }
        smtp {
          hostname = "mail.contoso.example"
          accepted-domains = ["fabrikam.example"]
          listeners { mx { address = "127.0.0.1:0", certificate = mail } }
          outbound-connectors {
            fabrikam { recipient-domains = ["fabrikam.example"], smart-hosts = ["127.0.0.1:%d"] }
          }
        }
        """
            .formatted(caPort, smartHostPort));
  }
}
