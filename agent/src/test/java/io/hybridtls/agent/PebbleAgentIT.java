package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.MailSink;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A certificate from a real ACME CA, and its renewal under an open session. */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
@Timeout(180)
class PebbleAgentIT {

  private static final int FAILED_STILL_VALID = 5;
  private static final String NAME = "mail.contoso.example";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

  @Test
  void renewalShouldReachTheNextHandshakeAndLeaveOpenSessionsAlone() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    try (MailSink sink = MailSink.start(this::take);
        PebblePeer pebble =
            PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      configure(home, pebble, httpPort, sink.port());
      try (AgentProcess agent = home.start()) {
        String first = home.awaitLive("mail");
        InetSocketAddress mx = home.listener("mx");
        try (MailClient early = startTls(mx, pebble)) {
          assertThat(early.serverSerial()).isEqualTo(first);

          CommandResult renewal = home.command("renew", "mail", "--force", "--wait");
          assertThat(renewal.exitCode()).as("%s", renewal).isZero();
          assertThat(renewal.out()).contains("downloading the certificate and its chain");
          try (MailClient late = startTls(mx, pebble)) {
            assertThat(late.serverSerial()).isNotEqualTo(first).isEqualTo(home.awaitLive("mail"));
          }
          assertThat(early.send("a@contoso.example", "b@fabrikam.example", "Subject: on\r\n\r\n"))
              .startsWith("250 2.");
          assertThat(early.serverSerial()).isEqualTo(first);
        }
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).contains("Subject: on");
        assertThat(pebble.log()).contains("There are now 1 accounts");
        assertThat(agent.log()).doesNotContain("WARN", "ERROR", "LEAK", "\tat ");
      }
    }
  }

  @Test
  void caThatIsDownShouldLeaveTheCertificateInUse() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    X509Certificate root;
    String serial;
    try (PebblePeer pebble =
        PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      configure(home, pebble, httpPort, PebblePeer.freePort());
      root = pebble.issuedRoot();
      try (AgentProcess first = home.start()) {
        serial = home.awaitLive("mail");
        first.terminate();
        first.awaitExit();
      }
    }
    try (AgentProcess agent = home.start()) {
      CommandResult renewal = home.command("renew", "mail", "--force", "--wait");
      assertThat(renewal.exitCode()).as("%s", renewal).isEqualTo(FAILED_STILL_VALID);
      assertThat(renewal.out()).contains("the CA could not be reached");
      try (MailClient client = MailClient.startTls(home.listener("mx"), NAME, root)) {
        assertThat(client.serverSerial()).isEqualTo(serial);
      }
      assertThat(agent.log().lines().filter(line -> line.contains(" WARN ")))
          .singleElement()
          .asString()
          .contains("the CA could not be reached", "the one in use is valid for another");
      assertThat(agent.log()).doesNotContain("ERROR", "\tat ");
    }
  }

  private String take(String message) {
    arrived.add(message);
    return "250 2.0.0 OK";
  }

  private static MailClient startTls(InetSocketAddress mx, PebblePeer pebble) throws IOException {
    return MailClient.startTls(mx, NAME, pebble.issuedRoot());
  }

  private static void configure(
      AgentHome home, PebblePeer pebble, int httpPort, int smartHostPort) {
    home.configure(
        """
        issuers {
          pebble {
            type = acme
            directory = "%s"
            contacts = ["mailto:postmaster@contoso.example"]
            terms-of-service-agreed = true
            trusted-ca-file = "%s"
          }
        }
        certificates { mail { names = ["%s"], issuer = pebble } }
        http { address = "127.0.0.1:%d" }
        smtp {
          hostname = "%s"
          accepted-domains = ["fabrikam.example"]
          listeners { mx { address = "127.0.0.1:0", certificate = mail } }
          outbound-connectors {
            fabrikam { recipient-domains = ["fabrikam.example"], smart-hosts = ["127.0.0.1:%d"] }
          }
        }
        """
            .formatted(
                pebble.directory(), pebble.httpsRoot(), NAME, httpPort, NAME, smartHostPort));
  }
}
