package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.Swaks;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.PostfixPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A real Postfix as the cloud peer: it takes mail from clients of one CA only, over TLS. */
@RequiresPeer({"postfix", "swaks"})
@EnabledIfSystemProperty(named = "user.name", matches = "root")
@Timeout(180)
class PostfixAgentIT {

  private static final int NOT_YET = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final TestCa fabrikam = TestCa.named("Fabrikam");
  private final TestCa stranger = TestCa.named("Nobody we know");
  private AgentHome home;
  private AgentProcess agent;

  /** Its private CA is there from the first start; the cloud is told of it, and then it of that. */
  @BeforeEach
  void startAgent() {
    home = new AgentHome(folder);
    fabrikam.writeRoot(home.path("fabrikam.pem"));
    stranger.writeRoot(home.path("stranger.pem"));
    configure(NOT_YET, "fabrikam.pem");
    agent = home.start();
    home.awaitLive("mail");
  }

  @AfterEach
  void stopAgent() {
    agent.close();
  }

  @Test
  void mailShouldArriveOverMutualTls() throws IOException {
    try (PostfixPeer cloud = cloudTrusting(home.root("internal"))) {
      reload(cloud, "fabrikam.pem");
      send("hello");

      assertArrived(cloud, "hello");
      home.awaitEmptyQueue();
      assertThat(agent.log()).doesNotContain("WARN", "ERROR", "LEAK", "\tat ");
    }
  }

  @Test
  void mailShouldBeKeptWhileTheAgentTrustsTheWrongCa() throws IOException {
    try (PostfixPeer cloud = cloudTrusting(home.root("internal"))) {
      reload(cloud, "stranger.pem");
      send("patience");

      awaitDeferred();
      assertThat(agent.log()).contains("status=deferred", "which does not lead to a trusted root");
      assertThat(cloud.delivered()).isEmpty();
      reload(cloud, "fabrikam.pem");
      assertArrived(cloud, "patience");
      home.awaitEmptyQueue();
    }
  }

  @Test
  void mailShouldBeKeptWhileTheCloudTrustsTheWrongCa() throws IOException {
    try (PostfixPeer wrong = cloudTrusting(stranger.root());
        PostfixPeer right = cloudTrusting(home.root("internal"))) {
      reload(wrong, "fabrikam.pem");
      send("patience");

      awaitDeferred();
      assertThat(agent.log()).contains("Client certificate not trusted");
      reload(right, "fabrikam.pem");
      assertArrived(right, "patience");
      home.awaitEmptyQueue();
      assertThat(wrong.delivered()).isEmpty();
    }
  }

  private void send(String subject) {
    CommandResult sent =
        Swaks.run(
            folder,
            home.listener("mx"),
            "--tls",
            "--from",
            "alice@contoso.example",
            "--to",
            "bob@fabrikam.example",
            "--header",
            "Subject: " + subject);
    assertThat(sent.exitCode()).as("%s", sent).isZero();
    assertThat(sent.out()).contains("TLS started", "<~  250 2.");
  }

  private void awaitDeferred() {
    await("the message is deferred")
        .atMost(PATIENCE)
        .until(() -> home.queue("messages") == 1 && home.queue("deferred") == 1);
    CommandResult status = home.command("status");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out())
        .contains("1 messages to 1 recipients, 1 of them waiting after a failure");
  }

  private static void assertArrived(PostfixPeer cloud, String subject) {
    assertThat(cloud.awaitDelivered(1))
        .singleElement()
        .asString()
        .contains("Client CN \"mail.contoso.example\"", "verified OK", "Subject: " + subject);
    cloud.awaitLog("Trusted TLS connection established from .*127\\.0\\.0\\.1");
    cloud.awaitLog(
        "127\\.0\\.0\\.1\\]: subject_CN=mail.contoso.example, issuer=Contoso Mail Issuing CA");
  }

  private PostfixPeer cloudTrusting(X509Certificate root) throws IOException {
    return PostfixPeer.builder()
        .certificate(fabrikam.issue("mx.fabrikam.example"))
        .demandClientsOf(root)
        .set("smtpd_tls_loglevel", "2") // names the client's certificate
        .keepMailFor("fabrikam.example")
        .start();
  }

  private void reload(PostfixPeer cloud, String trusted) {
    configure(cloud.port(), trusted);
    CommandResult reload = home.command("reload");
    assertThat(reload.exitCode()).as("%s", reload).isZero();
  }

  /** Retries are hours away, so that only a reload can bring a second attempt. */
  private void configure(int cloudPort, String trusted) {
    home.configure(
        """
        issuers { internal { type = local-ca, name = "Contoso Mail" } }
        certificates { mail { names = ["mail.contoso.example"], issuer = internal } }
        smtp {
          hostname = "mail.contoso.example"
          listeners { mx { address = "127.0.0.1:0", certificate = mail, trusted-issuer = internal } }
          inbound-connectors {
            applications {
              type = on-premises
              sender-ip-addresses = ["127.0.0.0/8"]
              recipient-domains = ["fabrikam.example"]
            }
          }
          outbound-connectors {
            fabrikam {
              recipient-domains = ["fabrikam.example"]
              smart-hosts = ["127.0.0.1:%d"]
              tls-settings = domain-validation
              tls-domain = "mx.fabrikam.example"
              trusted-ca-file = "%s"
              certificate = mail
            }
          }
          queue { retry-intervals = [5 hours] }
        }
        """
            .formatted(cloudPort, trusted));
  }
}
