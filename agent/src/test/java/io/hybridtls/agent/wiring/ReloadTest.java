package io.hybridtls.agent.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.lifecycle.ReloadResult;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.testing.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReloadTest {

  private static final String SECOND_CERTIFICATE =
      "certificates { web { names = [\"web.contoso.example\"], issuer = internal, key = ec-p256 }"
          + " }\n";
  private static final String SECOND_LISTENER =
      "smtp { listeners { inside { address = \"127.0.0.1:0\", certificate = mail } } }\n";

  @TempDir private Path folder;
  private TestAgent agent;
  private Generation first;

  @BeforeEach
  void start() throws Exception {
    agent = TestAgent.start(folder, TestAgent.config());
    first = agent.awaitLive("mail");
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
  }

  @Test
  void anUnchangedFileShouldChangeNothing() throws Exception {
    int port = agent.address("mx").getPort();

    ReloadResult result = agent.reload(TestAgent.config());

    assertThat(result.applied()).isTrue();
    assertThat(result.message()).isEqualTo("the new configuration is in force");
    assertThat(agent.address("mx").getPort()).isEqualTo(port);
    assertThat(live("mail")).isSameAs(first);
  }

  @Test
  void aNewListenerShouldListen() throws Exception {
    assertThat(agent.reload(TestAgent.config() + SECOND_LISTENER).applied()).isTrue();

    assertThat(agent.listeners()).containsExactlyInAnyOrder("mx", "inside");
    assertThat(offersStartTls(agent.address("inside"))).isTrue();
  }

  @Test
  void aNewCertificateShouldBeIssuedAtOnce() throws Exception {
    assertThat(agent.reload(TestAgent.config() + SECOND_CERTIFICATE).applied()).isTrue();

    assertThat(agent.awaitLive("web").number()).isOne();
    assertThat(live("mail")).isSameAs(first);
  }

  @Test
  void changedNamesShouldMakeANewCertificate() throws Exception {
    agent.reload(
        TestAgent.config()
            .replace(
                "[\"mail.contoso.example\"]",
                "[\"mail.contoso.example\", \"mx.contoso.example\"]"));

    Generation renewed = agent.awaitSuccessor(first);

    assertThat(renewed.certificate().names()).contains(DnsName.of("mx.contoso.example"));
    assertThat(renewed.reason()).contains("names");
  }

  @Test
  void aCertificateThatIsRemovedShouldGoAndComeBackAsItWas() throws Exception {
    agent.reload(TestAgent.config() + SECOND_CERTIFICATE);
    Generation web = agent.awaitLive("web");
    await().until(() -> Files.exists(folder.resolve("state/certificates/web/active")));
    agent.reload(TestAgent.config());
    assertThat(agent.agent().certificates().snapshot().find(web.id())).isEmpty();

    agent.reload(TestAgent.config() + SECOND_CERTIFICATE);

    assertThat(live("web").certificate().leaf()).isEqualTo(web.certificate().leaf());
    assertThat(Files.exists(folder.resolve("state/certificates/web/2"))).isFalse();
  }

  @Test
  void anInvalidFileShouldChangeNothing() throws Exception {
    ReloadResult result =
        agent.reload(TestAgent.config() + SECOND_CERTIFICATE + SECOND_LISTENER + "logg { }\n");

    assertThat(result.applied()).isFalse();
    assertThat(result.invalid()).isTrue();
    assertThat(result.problems()).singleElement().asString().contains("did you mean log?");
    assertNothingChanged();
  }

  @Test
  void aPortInUseShouldChangeNothing() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ReloadResult result =
          agent.reload(
              TestAgent.config()
                  + SECOND_CERTIFICATE
                  + SECOND_LISTENER.replace(":0", ":" + taken.getLocalPort()));

      assertThat(result.applied()).isFalse();
      assertThat(result.invalid()).isFalse();
      assertThat(result.message())
          .contains("listener inside cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .endsWith("; nothing was changed");
    }
    assertNothingChanged();
    assertThat(agent.reload(TestAgent.config() + SECOND_LISTENER).applied()).isTrue();
  }

  @Test
  void aRejectedReloadShouldLeaveThePrivateCaUnderItsSettings() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(
              agent
                  .reload(
                      TestAgent.config()
                              .replace("\"Contoso Mail\"", "\"Contoso Mail\", lifetime = 10 days")
                          + "issuers { partners { type = local-ca, name = \"Partners\" } }\n"
                          + SECOND_LISTENER.replace(":0", ":" + taken.getLocalPort()))
                  .applied())
          .isFalse();
    }

    Map<String, Object> issued = agent.issue("internal");
    assertThat(Instant.parse(String.valueOf(issued.get("not-after"))))
        .isAfter(first.storedAt().plus(Duration.ofDays(80)));
    assertThat(agent.issue("partners"))
        .containsEntry("error", "issuer partners is not a private CA; there are internal");
    assertThat(agent.agent().rootOf("internal")).isPresent();
  }

  @Test
  void aCaFileThatCannotBeReadShouldChangeNothing() throws Exception {
    Path roots = folder.resolve("roots.pem");
    TestCa.named("Fabrikam").writeRoot(roots);
    String config =
        TestAgent.config()
            + "smtp { listeners { inside { address = \"127.0.0.1:0\", certificate = mail,"
            + " trusted-ca-file = roots.pem } } }\n";
    assertThat(agent.reload(config).applied()).isTrue();
    Files.writeString(roots, "no certificate");

    ReloadResult result = agent.reload(config + SECOND_CERTIFICATE);

    assertThat(result.applied()).isFalse();
    assertThat(result.problems().toString()).contains(roots.toString());
    assertThat(agent.listeners()).containsExactlyInAnyOrder("mx", "inside");
  }

  @Test
  void anEndpointWhoseSectionIsRemovedShouldGoOnAsItWasUntilTheNextStart() throws Exception {
    String certificatesOnly =
        """
        state-directory = state
        issuers { internal { type = local-ca, name = "Contoso Mail" } }
        admin { socket = admin.sock }
        """;

    ReloadResult result = agent.reload(certificatesOnly);

    assertThat(result.applied()).isTrue();
    assertThat(result.atNextStart()).containsExactly("smtp (added or removed)");
    assertThat(result.message()).endsWith("at the next start: smtp (added or removed)");
    assertThat(offersStartTls(agent.address("mx"))).isTrue();
    assertThat(live("mail")).isSameAs(first);
  }

  @Test
  void aPrivateCaShouldStayTheSameCaUnderNewSettings() throws Exception {
    X509Certificate root = agent.agent().rootOf("internal").orElseThrow();

    agent.reload(
        TestAgent.config()
            .replace("name = \"Contoso Mail\"", "name = \"Contoso Mail\", lifetime = 10 days"));
    agent.agent().renew(first.id(), /* force= */ true);

    assertThat(agent.agent().rootOf("internal")).contains(root);
    assertThat(live("mail").certificate().lifetime()).isLessThan(Duration.ofDays(11));
    assertThat(live("mail").certificate().chain().get(1))
        .isEqualTo(first.certificate().chain().get(1));
  }

  @Test
  void aPrivateCaThatIsNewShouldBeTrustedByTheListenersThatNameIt() throws Exception {
    String config =
        TestAgent.config()
            + """
            issuers { partners { type = local-ca, name = "Partners" } }
            smtp { listeners { inside {
              address = "127.0.0.1:0", certificate = mail, trusted-issuer = partners } } }
            """;

    assertThat(agent.reload(config).applied()).isTrue();

    assertThat(agent.agent().rootOf("partners")).isPresent();
  }

  @Test
  void anotherStateDirectoryShouldWaitForTheNextStart() throws Exception {
    ReloadResult result =
        agent.reload(
            TestAgent.config().replace("state-directory = state", "state-directory = elsewhere")
                + "issuers { partners { type = local-ca, name = \"Partners\" } }\n");

    assertThat(result.applied()).isTrue();
    assertThat(result.atNextStart()).contains("state-directory");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
    assertThat(folder.resolve("state/authorities/partners/root.pem")).exists();
  }

  @Test
  void reloadsAndRenewalsAtOnceShouldBothHaveTheirEffect() throws Exception {
    CompletableFuture<Void> renewals =
        CompletableFuture.runAsync(
            () ->
                IntStream.range(0, 10)
                    .forEach(i -> agent.agent().renew(first.id(), /* force= */ true)));
    for (int i = 0; i < 10; i++) {
      assertThat(agent.reload(TestAgent.config() + (i % 2 == 0 ? SECOND_LISTENER : "")).applied())
          .isTrue();
    }
    renewals.get(30, TimeUnit.SECONDS);

    assertThat(agent.listeners()).containsExactly("mx");
    assertThat(live("mail").number()).isEqualTo(first.number() + 10);
    RenewalOutcome proven = agent.agent().renew(first.id(), /* force= */ true);
    assertThat(proven.exitCode()).describedAs(proven.describe()).isEqualTo(0);
  }

  private void assertNothingChanged() throws IOException {
    assertThat(agent.listeners()).containsExactly("mx");
    assertThat(offersStartTls(agent.address("mx"))).isTrue();
    assertThat(live("mail")).isSameAs(first);
    assertThat(agent.status().get("certificates")).asString().doesNotContain("web");
    assertThat(folder.resolve("state/certificates/web")).doesNotExist();
  }

  private Generation live(String id) {
    return agent.agent().certificates().snapshot().find(CertificateId.of(id)).orElseThrow();
  }

  private static boolean offersStartTls(InetSocketAddress listener) throws IOException {
    try (Socket client = new Socket()) {
      client.connect(listener);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      in.readLine();
      client.getOutputStream().write("EHLO x.example\r\n".getBytes(StandardCharsets.US_ASCII));
      List<String> offered = new ArrayList<>();
      do {
        offered.add(String.valueOf(in.readLine()));
      } while (offered.get(offered.size() - 1).startsWith("250-"));
      return offered.stream().anyMatch(line -> line.endsWith("STARTTLS"));
    }
  }
}
