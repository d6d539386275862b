package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.MailSink;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at any moment, under load and while a certificate is renewed: what was answered 250
 * arrives all the same, and there is a certificate for the next client.
 */
@Timeout(300)
class KillNineIT {

  private static final int KILLS = 22;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ONE_IN_EARLY = 4;
  private static final int PLAIN_CLIENTS = 2;
  private static final int TLS_CLIENTS = 2;
  private static final int STARTING_MILLIS = 1_500;
  private static final int WORKING_MILLIS = 700;

  private static final String CONFIGURATION =
      """
      issuers { internal { type = local-ca, name = "Contoso Mail" } }
      certificates { mail { names = ["mail.contoso.example"], issuer = internal, key = ec-p256 } }
      smtp {
        hostname = "mail.contoso.example"
        accepted-domains = ["fabrikam.example"]
        listeners { mx { address = "127.0.0.1:0", certificate = mail, trusted-issuer = internal } }
        outbound-connectors {
          fabrikam { recipient-domains = ["fabrikam.example"], smart-hosts = ["127.0.0.1:%d"] }
        }
        queue { retry-intervals = [200 milliseconds] }
      }
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final MessageLedger ledger = new MessageLedger();

  @Test
  void killedAgentShouldLoseNothingThatItAnswered250() throws Exception {
    long seed = new SecureRandom().nextLong();
    AgentHome home = new AgentHome(folder);
    try (MailSink sink = MailSink.start(ledger::take)) {
      home.configure(CONFIGURATION.formatted(sink.port()));
      MailLoad load = new MailLoad(ledger);
      try {
        addClients(load, issueRoot(home));
        killAgainAndAgain(home, load, new Random(seed));
      } finally {
        load.end();
      }
      try (AgentProcess survivor = home.start()) {
        home.awaitEmptyQueue();
        home.awaitLive("mail");
        survivor.terminate();
        assertThat(survivor.awaitExit()).isZero();
      }
    }
    assertThat(ledger.damaged()).as("arrived otherwise than written, seed %d", seed).isEmpty();
    assertThat(ledger.lost())
        .as("lost of %d answered 250, seed %d", ledger.answered(), seed)
        .isEmpty();
    assertThat(ledger.answered()).isGreaterThan(KILLS);
  }

  private static X509Certificate issueRoot(AgentHome home) {
    try (AgentProcess first = home.start()) {
      home.awaitLive("mail");
      first.terminate();
      return home.root("internal");
    }
  }

  private static void addClients(MailLoad load, X509Certificate root) {
    for (int i = 0; i < PLAIN_CLIENTS; i++) {
      load.add(MailClient::plain);
    }
    for (int i = 0; i < TLS_CLIENTS; i++) {
      load.add(agent -> MailClient.startTls(agent, "mail.contoso.example", root));
    }
  }

  private void killAgainAndAgain(AgentHome home, MailLoad load, Random random)
      throws IOException, InterruptedException {
    for (int i = 0; i < KILLS; i++) {
      try (AgentProcess agent = home.launch()) {
        if (i % ONE_IN_EARLY != ONE_IN_EARLY - 1) {
          int before = ledger.answered();
          agent.awaitRunning();
          load.agentStarted(home.listener("mx"));
          await("mail is taken").atMost(PATIENCE).until(() -> ledger.answered() > before);
          home.renewByForce("mail");
          agent.killAfter(Duration.ofMillis(random.nextInt(WORKING_MILLIS)));
        } else {
          agent.killAfter(Duration.ofMillis(random.nextInt(STARTING_MILLIS)));
        }
      }
    }
  }
}
