package io.hybridtls.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeProofTest {

  private static final String GREETING = "220 mail.contoso.example ESMTP\r\n";
  private static final String EHLO =
      "250-mail.contoso.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";
  private static final String READY = "220 2.0.0 go ahead\r\n";

  private static final TestCa CA = TestCa.named("Contoso");

  private final HeldCertificate held = CA.issue("mail.contoso.example");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSeeTheCertificateAfterStartTls(boolean wantsClientCertificate) throws Exception {
    try (ScriptedListener listener =
        ScriptedListener.presenting(held, wantsClientCertificate, GREETING, EHLO, READY)) {
      assertThat(prove(listener.target(false))).isEqualTo(new Proof.Verified("mx", held.serial()));
    }
  }

  @Test
  void shouldSeeTheCertificateOfImplicitTls() throws Exception {
    try (ScriptedListener listener = ScriptedListener.presenting(held, false)) {
      assertThat(prove(listener.target(true)).isVerified()).isTrue();
    }
  }

  @Test
  void shouldReachAListenerThatIsBoundToAllAddresses() throws Exception {
    try (ScriptedListener listener =
        ScriptedListener.presenting(held, false, GREETING, EHLO, READY)) {
      assertThat(prove(listener.wildcardTarget()).isVerified()).isTrue();
    }
  }

  @Test
  void shouldTellWhichCertificateIsPresentedInstead() throws Exception {
    HeldCertificate old = CA.issue("mail.contoso.example");
    try (ScriptedListener listener =
        ScriptedListener.presenting(old, false, GREETING, EHLO, READY)) {
      assertThat(prove(listener.target(false)))
          .isEqualTo(new Proof.Mismatch("mx", held.serial(), old.serial()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"454 4.7.0 TLS not available\r\n", "502 5.5.1 what?\r\n"})
  void shouldQuoteTheReplyThatRefusesTls(String reply) throws Exception {
    try (ScriptedListener listener =
        ScriptedListener.presenting(held, false, GREETING, EHLO, reply)) {
      assertThat(prove(listener.target(false)).describe())
          .startsWith("listener mx could not be asked for its certificate")
          .endsWith("unexpected reply to STARTTLS: " + reply.strip());
    }
  }

  @Test
  void shouldSayThatNobodyListens() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    ListenerTarget gone =
        new ListenerTarget(
            "mx", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false);

    assertThat(prove(gone).describe()).contains("Connection refused");
  }

  @Test
  void shouldNotWaitForeverForASilentListener() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ListenerTarget target =
          new ListenerTarget(
              "mx", new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort()), false);

      assertThat(prove(target, Duration.ofMillis(200)).describe()).contains("timed out");
    }
  }

  private Proof prove(ListenerTarget target) {
    return prove(target, Duration.ofSeconds(10));
  }

  private Proof prove(ListenerTarget target, Duration timeout) {
    Generation generation =
        new Generation(CertificateId.of("mail"), 1, Instant.EPOCH, "internal", "test", held);
    List<Proof> proofs =
        DeploymentProof.byHandshake(id -> List.of(target), timeout).prove(generation);
    assertThat(proofs).hasSize(1);
    return proofs.get(0);
  }
}
