package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes at an implicit-TLS listener that are not about mail. */
class OtherProtocolsTest {

  private static final String PROOF = "proof/1";
  private static final String NAME = "mail.contoso.example";

  private @TempDir Path folder;
  private ServerWorld world;
  private HeldCertificate proving;
  private ProtocolContexts others;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(
        world.implicit(ClientCertificateMode.REQUESTED),
        world.starttls(ClientCertificateMode.NONE));
    proving = TestCa.named("Proof").issue(NAME);
    others = world.server.otherProtocols(world.address("smtps")).orElseThrow();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void whoWishesExactlyTheProtocolShouldMeetItsContextAndNothingMore(String version)
      throws Exception {
    others.offer(PROOF, NAME, proof());

    try (SSLSocket client = connect(NAME, PROOF)) {
      client.setEnabledProtocols(new String[] {version});
      client.startHandshake();

      assertThat(shown(client)).isEqualTo(proving.leaf());
      assertThat(client.getApplicationProtocol()).isEqualTo(PROOF);
      assertThat(client.getInputStream().read()).as("the connection ends").isEqualTo(-1);
    }
  }

  @Test
  void everybodyElseShouldMeetTheMailServer() throws Exception {
    others.offer(PROOF, NAME, proof());

    assertMailFor(NAME);
    assertMailFor(NAME, "smtp");
    assertMailFor(NAME, PROOF, "smtp");
    assertMailFor("other.contoso.example", PROOF);
  }

  @Test
  void mailShouldArriveWhileAnotherProtocolIsAnswered() throws Exception {
    TlsClient tls = TlsClient.trusting(world.ca);
    try (SmtpConversation before = SmtpConversation.implicit(world.address("smtps"), tls)) {
      others.offer(PROOF, NAME, proof());
      try (SmtpConversation after = SmtpConversation.implicit(world.address("smtps"), tls);
          SSLSocket other = connect(NAME, PROOF)) {
        other.startHandshake();
        assertThat(before.send("a@example.org", "b@contoso.example", "\r\nbefore\r\n"))
            .startsWith("250 ");
        assertThat(after.send("a@example.org", "b@contoso.example", "\r\nafter\r\n"))
            .startsWith("250 ");
      }
    }
    assertThat(world.taken()).hasSize(2);
  }

  @Test
  void theProtocolShouldBeAnsweredBeforeThereIsACertificateForMail() throws Exception {
    world.certificates.retain(Set.of());
    others.offer(PROOF, NAME, proof());

    try (SSLSocket client = connect(NAME, PROOF)) {
      client.startHandshake();
      assertThat(shown(client)).isEqualTo(proving.leaf());
    }
    try (SmtpConversation mail = SmtpConversation.connect(world.address("smtps"))) {
      mail.write("EHLO client.example\r\n");
      assertThat(mail.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void aHelloThatIsCutShortShouldHoldNobodyUp() throws Exception {
    others.offer(PROOF, NAME, proof());
    try (Socket socket = new Socket()) {
      socket.connect(world.address("smtps"));
      byte[] start = {0x16, 0x03, 0x01, 0x02};
      socket.getOutputStream().write(start);
      socket.getOutputStream().flush();
      assertMailFor(NAME, "smtp"); // meanwhile
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void clearTextShouldBeRefusedAsEver() throws Exception {
    others.offer(PROOF, NAME, proof());
    try (Socket socket = new Socket()) {
      socket.connect(world.address("smtps"));
      socket.getOutputStream().write("EHLO x\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("220", "250");
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void whatWasWithdrawnShouldBeAnsweredNoMore() throws Exception {
    others.offer(PROOF, NAME, proof());
    others.withdraw(PROOF, NAME);

    assertMailFor(NAME, PROOF);
  }

  @Test
  void anAnswerShouldStayWhenTheRulesOfTheListenerChange() throws Exception {
    others.offer(PROOF, NAME, proof());

    world.listening(
        new ListenerSettings(
            "renamed",
            world.address("smtps"),
            ListenerTls.IMPLICIT,
            Optional.of(ServerWorld.MAIL),
            ClientCertificateMode.NONE,
            world.clientTrust));

    assertThat(world.server.otherProtocols(world.address("renamed"))).containsSame(others);
    try (SSLSocket client = connect(world.address("renamed"), NAME, PROOF)) {
      client.startHandshake();
      assertThat(shown(client)).isEqualTo(proving.leaf());
    }
  }

  @Test
  void onlyListenersWithImplicitTlsShouldAnswerOthers() {
    assertThat(world.server.otherProtocols(world.mx())).isEmpty();
    assertThat(
            world.server.otherProtocols(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)))
        .isEmpty();
  }

  private void assertMailFor(String name, String... protocols) throws Exception {
    try (SSLSocket client = connect(name, protocols)) {
      client.startHandshake();
      assertThat(shown(client)).isNotEqualTo(proving.leaf());
      assertThat(new String(client.getInputStream().readNBytes(4), StandardCharsets.US_ASCII))
          .isEqualTo("220 ");
    }
  }

  private SSLSocket connect(String name, String... protocols) throws Exception {
    return connect(world.address("smtps"), name, protocols);
  }

  private static SSLSocket connect(InetSocketAddress address, String name, String... protocols)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static X509Certificate shown(SSLSocket client) throws IOException {
    return (X509Certificate) client.getSession().getPeerCertificates()[0];
  }

  private SslContext proof() throws IOException {
    return SslContextBuilder.forServer(proving.key(), proving.chain())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.FATAL_ALERT,
                SelectedListenerFailureBehavior.FATAL_ALERT,
                PROOF))
        .build();
  }
}
