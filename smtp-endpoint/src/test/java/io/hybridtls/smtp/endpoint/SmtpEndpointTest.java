package io.hybridtls.smtp.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TestEndpoint;
import io.hybridtls.smtp.testing.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two endpoints, one in front of the other: what {@code onprem} takes for contoso.example it sends
 * to {@code cloud}, and each proves itself to the other by its certificate.
 */
class SmtpEndpointTest {

  private static final String CONTENT = "Subject: hello\r\n\r\nHello.\r\n";

  private @TempDir Path folder;
  private final TestCa onpremCa = TestCa.named("Onprem");
  private final TestCa cloudCa = TestCa.named("Cloud");
  private TestEndpoint onprem;
  private TestEndpoint cloud;

  @BeforeEach
  void start() throws Exception {
    cloud =
        new TestEndpoint(folder, "cloud.example", cloudCa.issue("cloud.example"))
            .trustingClientsOf(onpremCa)
            .relayingFor("onprem.example")
            .start();
    onprem =
        new TestEndpoint(folder, "onprem.example", onpremCa.issue("onprem.example"))
            .sendingTo(cloud.address(), "cloud.example", cloudCa)
            .start();
  }

  @AfterEach
  void close() {
    onprem.close();
    cloud.close();
  }

  @Test
  void aMessageShouldPassOverMutualTls() throws Exception {
    assertThat(send(CONTENT)).startsWith("250 2.0.0 ");

    awaitRelayed(1);
    assertThat(cloud.stopAndRead())
        .singleElement()
        .asString()
        .startsWith("Received: from onprem.example ([127.0.0.1])\r\n\tby cloud.example\r\n")
        .contains("(TLSv1.3 TLS_AES_")
        .contains("verified certificate for onprem.example")
        .contains("Received: from client.example ([127.0.0.1])\r\n\tby onprem.example\r\n")
        .endsWith(CONTENT);
  }

  @Test
  void aLargeMessageShouldPassIntact() throws Exception {
    String content =
        "Subject: large\r\n\r\n" + (".".repeat(3) + "x".repeat(60) + "\r\n").repeat(40_000);

    assertThat(send(content)).startsWith("250 2.0.0 ");

    awaitRelayed(1);
    assertThat(cloud.stopAndRead())
        .singleElement()
        .asString()
        .endsWith(content.replace("\r\n...", "\r\n.."));
  }

  @Test
  void aPeerThatIsNotTrustedShouldGetNothingUntilTheTrustIsCorrected() throws Exception {
    onprem.sendingTo(cloud.address(), "cloud.example", TestCa.named("Mistaken")).apply();

    assertThat(send(CONTENT)).startsWith("250 2.0.0 ");
    await().until(() -> onprem.endpoint().queue().deferred() == 1);
    assertThat(cloud.endpoint().queue().messages()).isZero();

    onprem.sendingTo(cloud.address(), "cloud.example", cloudCa).apply();

    awaitRelayed(1);
    assertThat(cloud.stopAndRead()).singleElement().asString().endsWith(CONTENT);
  }

  @Test
  void aClientThatIsNotTrustedShouldBeRefusedUntilTheTrustIsCorrected() throws Exception {
    cloud.trustingClientsOf(TestCa.named("Mistaken")).apply();
    onprem.sendingTo(cloud.address(), "cloud.example", cloudCa).apply();
    try (SmtpConversation client =
        SmtpConversation.secured(
            cloud.address(), TlsClient.presenting(onpremCa.issue("onprem.example"), cloudCa))) {
      assertThat(client.send("a@onprem.example", "b@elsewhere.example", CONTENT))
          .startsWith("550 5.7.1 ");
    }

    cloud.trustingClientsOf(onpremCa).apply();

    try (SmtpConversation client =
        SmtpConversation.secured(
            cloud.address(), TlsClient.presenting(onpremCa.issue("onprem.example"), cloudCa))) {
      assertThat(client.send("a@onprem.example", "b@elsewhere.example", CONTENT))
          .startsWith("250 2.0.0 ");
    }
  }

  @Test
  void aClientWhoseCertificateWeRevokedShouldBeRefusedAtOnceAlsoWhenItResumes() throws Exception {
    cloud.trustingClientsOfOurOwn(onpremCa).apply();
    HeldCertificate stolen = onpremCa.issue("onprem.example");
    TlsClient thief = TlsClient.presenting(stolen, cloudCa);
    assertThat(sendToCloud(thief)).startsWith("250 2.0.0 ");

    cloud.revoke(stolen.leaf());

    assertThat(sendToCloud(thief)).startsWith("550 5.7.1 ");
    assertThat(sendToCloud(TlsClient.presenting(onpremCa.issue("onprem.example"), cloudCa)))
        .startsWith("250 2.0.0 ");
  }

  @Test
  void aClientUnderTheNextRootOfOurOwnCaShouldBeBelievedWithoutAReload() throws Exception {
    TestCa next = TestCa.named("Onprem 2");
    TlsClient client = TlsClient.presenting(next.issue("onprem.example"), cloudCa);
    cloud.trustingClientsOfOurOwn(onpremCa).apply();
    assertThat(sendToCloud(client)).startsWith("550 5.7.1 ");

    cloud.succeedRoot(next);

    assertThat(sendToCloud(client)).startsWith("250 2.0.0 ");
  }

  @Test
  void aRenewedCertificateShouldBePresentedInBothRoles() throws Exception {
    send(CONTENT);
    awaitRelayed(1);
    HeldCertificate renewed = onpremCa.issue("onprem.example", "renewed.example");

    onprem.publish(renewed);

    assertThat(send(CONTENT)).startsWith("250 2.0.0 ");
    awaitRelayed(2);
    assertThat(cloud.stopAndRead())
        .hasSize(2)
        .anySatisfy(m -> assertThat(m).contains("for onprem.example, renewed.example"));
  }

  @Test
  void whatIsAcceptedShouldOutliveTheEndpoint() throws Exception {
    cloud.close();
    assertThat(send(CONTENT)).startsWith("250 2.0.0 ");

    assertThat(onprem.stopAndRead()).singleElement().asString().endsWith(CONTENT);
  }

  @Test
  void closingShouldLetASessionFinishItsMessage() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(cloud.address())) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: last\r\n\r\n");
      CompletableFuture<Void> closed = CompletableFuture.runAsync(cloud.endpoint()::close);
      await().until(() -> cloud.endpoint().listeners().isEmpty());

      assertThat(client.command("last\r\n.")).startsWith("250 2.0.0 ");
      assertThat(client.reply()).startsWith("421 4.3.2 ");
      client.hangUp();
      closed.join();
    }
    assertThat(cloud.stopAndRead()).singleElement().asString().endsWith("last\r\n");
  }

  @Test
  void aPortInUseShouldNotBeAppliedAndChangeNothing() throws Exception {
    InetSocketAddress before = cloud.address();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress blocked = (InetSocketAddress) taken.getLocalSocketAddress();

      assertThatThrownBy(
              () -> cloud.listeningOn(blocked).trustingClientsOf(TestCa.named("New")).apply())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listener mx cannot listen on");
    }
    assertThat(cloud.address()).isEqualTo(before);
    assertThat(send(CONTENT)).startsWith("250 2.0.0 ");
    awaitRelayed(1);
    assertThat(cloud.stopAndRead()).singleElement().asString().contains("verified certificate");
  }

  @Test
  void aPortInUseAtTheStartShouldBeNamedAndLeaveTheSpoolFree() throws Exception {
    InetSocketAddress blocked = cloud.address();
    TestEndpoint late =
        new TestEndpoint(folder, "late.example", cloudCa.issue("late.example"))
            .listeningOn(blocked);

    assertThatThrownBy(late::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("listener mx cannot listen on");
    late.close();

    late.listeningOn(new InetSocketAddress(blocked.getAddress(), 0)).start();
    assertThat(late.address().getPort()).isNotEqualTo(blocked.getPort());
    late.close();
  }

  private String send(String content) throws IOException {
    try (SmtpConversation client =
        SmtpConversation.secured(onprem.address(), TlsClient.trusting(onpremCa))) {
      return client.send("alice@example.org", "bob@contoso.example", content);
    }
  }

  private String sendToCloud(TlsClient as) throws IOException {
    try (SmtpConversation client = SmtpConversation.secured(cloud.address(), as)) {
      return client.send("a@onprem.example", "b@elsewhere.example", CONTENT);
    }
  }

  private void awaitRelayed(int messages) {
    await()
        .until(
            () ->
                cloud.endpoint().queue().messages() == messages
                    && onprem.endpoint().queue().messages() == 0);
  }
}
