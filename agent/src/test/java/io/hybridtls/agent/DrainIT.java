package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.MailSink;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM ends the agent after the messages that it is receiving. */
@Timeout(120)
class DrainIT {

  private static final String FROM = "app@contoso.example";
  private static final String TO = "bob@fabrikam.example";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final List<String> arrived = new CopyOnWriteArrayList<>();
  private AgentHome home;
  private MailSink sink;

  @BeforeEach
  void configure() throws IOException {
    sink =
        MailSink.start(
            message -> {
              arrived.add(message);
              return "250 2.0.0 OK";
            });
    home = new AgentHome(folder);
    configure(sink.port(), "20 seconds");
  }

  @AfterEach
  void close() throws IOException {
    sink.close();
  }

  @Test
  void drains() throws Exception {
    try (AgentProcess agent = home.start()) {
      home.awaitLive("mail");
      InetSocketAddress mx = home.listener("mx");
      try (MailClient idle = startTls(mx);
          MailClient betweenCommands = startTls(mx);
          MailClient sending = startTls(mx)) {
        betweenCommands.say("250", "MAIL FROM:<" + FROM + ">");
        sending.begin(FROM, TO);
        sending.write("Subject: under way\r\n\r\nThe first half,\r\n");

        agent.terminate();
        assertThat(idle.expect("421")).startsWith("421 4.3.2 ");
        assertThat(betweenCommands.expect("421")).startsWith("421 4.3.2 ");
        assertThatThrownBy(() -> MailClient.plain(mx)).isInstanceOf(ConnectException.class);
        sending.write("the second half.\r\n");
        assertThat(sending.say("250", ".")).startsWith("250 2.");
        assertThat(sending.expect("421")).startsWith("421 4.3.2 ");
      }
      assertThat(agent.awaitExit()).isZero();
      assertThat(agent.log()).contains("stopped").doesNotContain("WARN", "ERROR", "LEAK");
    }
    try (AgentProcess next = home.start()) {
      next.awaitRunning();
      home.awaitEmptyQueue();
    }
    assertThat(arrived)
        .singleElement()
        .asString()
        .endsWith("\r\n\r\nThe first half,\r\nthe second half.\r\n");
  }

  @Test
  void clientThatDoesNotEndItsMessageShouldNotKeepTheAgent() throws Exception {
    configure(sink.port(), "1 second");
    try (AgentProcess agent = home.start()) {
      home.awaitLive("mail");
      try (MailClient sending = startTls(home.listener("mx"))) {
        sending.begin(FROM, TO);
        sending.write("Subject: never ended\r\n\r\n");

        agent.terminate();
        assertThat(agent.awaitExit()).isZero();
        assertThatThrownBy(() -> sending.expect("250")).isInstanceOf(IOException.class);
      }
      assertThat(agent.log()).contains("1 sessions did not end within PT1S");
    }
    try (AgentProcess next = home.start()) {
      next.awaitRunning();
      assertThat(home.queue("messages")).isZero();
    }
    assertThat(arrived).isEmpty();
  }

  private MailClient startTls(InetSocketAddress mx) throws IOException {
    return MailClient.startTls(mx, "mail.contoso.example", home.root("internal"));
  }

  private void configure(int smartHostPort, String drainTimeout) {
    home.configure(
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
          drain-timeout = %s
        }
        """
            .formatted(smartHostPort, drainTimeout));
  }
}
