package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.TrustRoots;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCertificateTest {

  private static final String GUARDED =
      String.join(
          "\r\n",
          "X-MS-Exchange-Organization-AuthAs: Internal",
          "X-MS-Exchange-CrossPremises-SCL:",
          " -1",
          "Subject: hello",
          "",
          "Hello.",
          "");

  private @TempDir Path folder;
  private ServerWorld world;
  private TlsClient cloud;
  private TlsClient stranger;
  private TlsClient anonymous;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    cloud = TlsClient.presenting(world.cloud.issue("mail.cloud.example"), world.ca);
    stranger = TlsClient.presenting(TestCa.named("Stranger").issue("mail.cloud.example"), world.ca);
    anonymous = TlsClient.trusting(world.ca);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aVerifiedCertificateShouldBeNamedInTheReceivedField(String protocol) throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    send(cloud.speaking(protocol), "someone@elsewhere.example");

    assertThat(world.taken())
        .singleElement()
        .asString()
        .contains("verified certificate for mail.cloud.example");
  }

  @Test
  void aVerifiedCertificateShouldGrantWhatItsConnectorGrants() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    assertThat(send(cloud, "someone@elsewhere.example")).startsWith("250 ");
  }

  @Test
  void anotherCasCertificateShouldGrantNothing() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    assertThat(send(stranger, "someone@elsewhere.example")).startsWith("550 5.7.1 ");
    assertThat(send(stranger, "bob@contoso.example")).startsWith("250 ");
    assertThat(world.taken())
        .singleElement()
        .asString()
        .contains("unverified certificate \"CN=mail.cloud.example\"")
        .as("strangers read it, and need not know what is trusted here, or from which file")
        .doesNotContain("clients.pem")
        .doesNotContain("Stranger Root");
  }

  @Test
  void noCertificateShouldBeAskedForWhereTheListenerWantsNone() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.NONE));

    assertThat(send(cloud, "someone@elsewhere.example")).startsWith("550 5.7.1 ");
    assertThat(send(cloud, "bob@contoso.example")).startsWith("250 ");
    assertThat(world.taken()).singleElement().asString().contains("no certificate");
  }

  @Test
  void aRequiredCertificateShouldBeDemandedBeforeMail() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUIRED));

    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      assertThat(client.command("MAIL FROM:<alice@example.org>")).startsWith("530 5.7.0 ");
    }
    for (TlsClient unproven : new TlsClient[] {anonymous, stranger}) {
      try (SmtpConversation client = SmtpConversation.secured(world.mx(), unproven)) {
        assertThat(client.command("MAIL FROM:<alice@example.org>")).startsWith("554 5.7.0 ");
      }
    }
    assertThat(send(cloud, "bob@contoso.example")).startsWith("250 ");
  }

  @Test
  void aRequiredCertificateShouldBeDemandedWithImplicitTlsToo() throws Exception {
    world.listening(world.implicit(ClientCertificateMode.REQUIRED));

    try (SmtpConversation client = SmtpConversation.implicit(world.address("smtps"), anonymous)) {
      assertThat(client.command("MAIL FROM:<alice@example.org>")).startsWith("554 5.7.0 ");
    }
    try (SmtpConversation client = SmtpConversation.implicit(world.address("smtps"), cloud)) {
      assertThat(client.send("alice@example.org", "bob@contoso.example", GUARDED))
          .startsWith("250 ");
    }
  }

  @Test
  void aResumedSessionShouldStillShowTheCertificate() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    send(cloud, "someone@elsewhere.example");
    send(cloud, "someone@elsewhere.example");

    assertThat(cloud.fullHandshakes()).as("the second was resumed").isEqualTo(1);
    assertThat(world.taken())
        .hasSize(2)
        .allSatisfy(m -> assertThat(m).contains("verified certificate for mail.cloud.example"));
  }

  @Test
  void anIdentityShouldBeVerifiedAnewAfterAChangeOfTrust() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));
    send(cloud, "someone@elsewhere.example");

    world.verifier.reconfigure(new TrustRoots(Map.of()));

    assertThat(send(cloud, "someone@elsewhere.example"))
        .as("even when the TLS session is resumed")
        .startsWith("550 5.7.1 ");
    assertThat(cloud.fullHandshakes()).isEqualTo(1);
  }

  @Test
  void crossPremisesHeadersOfAStrangerShouldBeTakenOut() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    send(stranger, "bob@contoso.example");
    send(anonymous, "bob@contoso.example");

    assertThat(world.taken())
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(message)
                    .doesNotContainIgnoringCase("X-MS-Exchange")
                    .doesNotContain("\r\n -1")
                    .endsWith("Subject: hello\r\n\r\nHello.\r\n"));
  }

  @Test
  void crossPremisesHeadersOfTheCloudShouldBeKept() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.REQUESTED));

    send(cloud, "bob@contoso.example");

    assertThat(world.taken()).singleElement().asString().endsWith(GUARDED);
  }

  private String send(TlsClient tls, String recipient) throws Exception {
    try (SmtpConversation client = SmtpConversation.secured(world.mx(), tls)) {
      return client.send("alice@example.org", recipient, GUARDED);
    }
  }
}
