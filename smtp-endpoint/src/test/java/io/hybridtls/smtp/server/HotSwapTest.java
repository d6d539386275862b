package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.TlsUses;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotSwapTest {

  private @TempDir Path folder;
  private ServerWorld world;
  private TlsClient tls;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(
        world.starttls(ClientCertificateMode.REQUESTED),
        world.implicit(ClientCertificateMode.NONE));
    tls = TlsClient.trusting(world.ca);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void theNextHandshakeShouldShowTheNewCertificateWhileOpenSessionsGoOn() throws Exception {
    HeldCertificate renewed = world.ca.issue("mail.contoso.example");
    try (SmtpConversation open = SmtpConversation.secured(world.mx(), tls);
        SmtpConversation undecided = SmtpConversation.greeted(world.mx())) {
      world.publish(renewed);

      assertThat(shown(world.mx())).isEqualTo(renewed.serial());
      assertThat(
              open.send("alice@example.org", "bob@contoso.example", "\r\nsent on the old one\r\n"))
          .startsWith("250 ");
      undecided.startTls(tls);
      assertThat(serial(undecided)).isEqualTo(renewed.serial());
    }
    assertThat(world.taken()).singleElement().asString().endsWith("sent on the old one\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aSessionShouldBeResumedWithinAGeneration(String protocol) throws Exception {
    TlsClient client = tls.speaking(protocol);

    shakeHands(client);
    shakeHands(client);
    shakeHands(client);

    assertThat(client.fullHandshakes()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aSessionShouldBeResumedWithinAGenerationOfSeveralKeys(String protocol) throws Exception {
    world.publish(
        world.ca.leaf("mail.contoso.example").rsa().issue(),
        world.ca.issue("mail.contoso.example"));
    TlsClient client = tls.speaking(protocol);

    shakeHands(client);
    shakeHands(client);

    assertThat(client.fullHandshakes()).isEqualTo(1);
  }

  @Test
  void theNextHandshakeShouldShowTheKeyThatWasAdded() throws Exception {
    HeldCertificate rsa = world.ca.leaf("mail.contoso.example").rsa().issue();
    HeldCertificate added = world.ca.issue("mail.contoso.example");
    world.publish(rsa);
    assertThat(shown(world.mx())).isEqualTo(rsa.serial());

    world.publish(rsa, added);

    assertThat(shown(world.mx())).isEqualTo(added.serial());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void noSessionShouldBeResumedAcrossASwap(String protocol) throws Exception {
    TlsClient client = tls.speaking(protocol);
    shakeHands(client);

    world.publish(world.ca.issue("mail.contoso.example"));
    shakeHands(client);

    assertThat(client.fullHandshakes()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void noSessionShouldBeResumedAcrossAChangeOfConfiguration(String protocol) throws Exception {
    TlsClient client = tls.speaking(protocol);
    shakeHands(client);

    world
        .contexts
        .prepare(
            new TlsUses(
                Set.of(new ServerUse(ServerWorld.MAIL, ClientCertificateMode.REQUESTED)), Set.of()))
        .run();
    shakeHands(client);

    assertThat(client.fullHandshakes()).isEqualTo(2);
  }

  @Test
  void aCertificateThatNoHandshakeCanUseShouldNotGoLive() throws Exception {
    String before = shown(world.mx());
    HeldCertificate unusable = world.ca.leaf("mail.contoso.example").keys(tooShort()).issue();

    assertThatThrownBy(() -> world.publish(unusable))
        .isInstanceOf(SwapRejectedException.class)
        .hasMessageContaining("the TLS library refuses mail/2: ")
        .hasMessageContaining("RSA of 2048 bits");

    assertThat(shown(world.mx())).isEqualTo(before);
    assertThat(world.certificates.snapshot().find(ServerWorld.MAIL).orElseThrow().number())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "secp521r1"})
  void aKeyOfAKindThatFewPeersKnowShouldBeRefusedWithTheKindsThatAreTaken(String kind)
      throws Exception {
    HeldCertificate unusual = world.ca.leaf("mail.contoso.example").keys(newKeys(kind)).issue();

    assertThatThrownBy(() -> world.publish(unusual))
        .isInstanceOf(SwapRejectedException.class)
        .hasMessageContaining("the TLS library refuses mail/2: ")
        .hasMessageContaining("RSA of 2048 bits or more, EC P-256 and EC P-384");
  }

  @Test
  void handshakesDuringManySwapsShouldAllSucceed() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    HeldCertificate[] certificates = {
      world.ca.issue("mail.contoso.example"), world.ca.issue("mail.contoso.example"),
    };
    CompletableFuture<Void> swaps =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 40; i++) {
                  world.publish(certificates[i % certificates.length]);
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              } finally {
                done.set(true);
              }
            });

    int handshakes = 0;
    while (!done.get()) {
      shakeHands(tls);
      handshakes++;
    }

    swaps.join();
    assertThat(handshakes).isPositive();
  }

  private String shown(InetSocketAddress address) throws Exception {
    try (SmtpConversation client =
        SmtpConversation.secured(address, TlsClient.trusting(world.ca))) {
      return serial(client);
    }
  }

  private void shakeHands(TlsClient client) throws Exception {
    try (SmtpConversation conversation = SmtpConversation.secured(world.mx(), client)) {
      conversation.command("QUIT"); // reads on, so that a ticket sent late is seen
    }
  }

  private static String serial(SmtpConversation client) throws SSLPeerUnverifiedException {
    return HeldCertificate.serialOf((X509Certificate) client.tls().getPeerCertificates()[0]);
  }

  private static KeyPair newKeys(String kind) throws GeneralSecurityException {
    if (kind.startsWith("Ed")) {
      return KeyPairGenerator.getInstance(kind).generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(kind));
    return generator.generateKeyPair();
  }

  /** A key that signs, but no signature of TLS fits into it. */
  private static KeyPair tooShort() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(512);
    return generator.generateKeyPair();
  }
}
