package io.hybridtls.agent.tlsalpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.smtp.tls.ClientHello;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An address that is wanted for mail while a proof is shown there. */
class TlsAlpnListenersTest {

  private static final String HOST = "mail.contoso.example";
  private static final ClientHello CA =
      new ClientHello(Optional.of(HOST), List.of(ValidationCertificates.PROTOCOL));

  private final AtomicReference<Optional<ProtocolContexts>> mail =
      new AtomicReference<>(Optional.empty());
  private final ProtocolContexts shared = new ProtocolContexts();
  private final TlsAlpnListeners listeners = new TlsAlpnListeners(address -> mail.get());
  private final SslContext proof =
      new ValidationCertificates(
              InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")), new SecureRandom())
          .proving(HOST, new byte[32]);
  private InetSocketAddress address;

  @BeforeEach
  void findAFreePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = (InetSocketAddress) free.getLocalSocketAddress();
    }
  }

  @Test
  void theProofShouldBeShownByWhoeverTakesTheAddressOver() throws Exception {
    TlsAlpnListeners.Registration answer = listeners.answer(address, HOST, proof);
    try (ServerSocket taken = new ServerSocket()) {
      listeners.giveWay(
          Set.of(address),
          () -> {
            taken.bind(address);
            mail.set(Optional.of(shared));
          });

      assertThat(shared.find(CA)).containsSame(proof);
      assertThatThrownBy(() -> listeners.answer(address, HOST, proof))
          .isInstanceOf(TlsAlpnListeners.NameTakenException.class);
      answer.close();
      assertThat(shared.isEmpty()).isTrue();
    }
  }

  @Test
  void theProofShouldBeShownOnWhenMailLeavesTheAddress() throws Exception {
    mail.set(Optional.of(shared));
    TlsAlpnListeners.Registration answer = listeners.answer(address, HOST, proof);

    listeners.giveWay(Set.of(), () -> mail.set(Optional.empty()));

    try (Socket ca = new Socket()) {
      ca.connect(address);
    }
    answer.close();
    bindOnce();
  }

  @Test
  void theProofShouldBeShownAsBeforeWhenNobodyTakesTheAddress() throws Exception {
    TlsAlpnListeners.Registration answer = listeners.answer(address, HOST, proof);

    assertThatThrownBy(
            () ->
                listeners.giveWay(
                    Set.of(address),
                    () -> {
                      bindOnce();
                      throw new IOException("another address is in use");
                    }))
        .hasMessage("another address is in use");

    try (Socket ca = new Socket()) {
      ca.connect(address);
    }
    answer.close();
    bindOnce();
  }

  @Test
  void otherAddressesShouldNotBeInterrupted() throws Exception {
    try (TlsAlpnListeners.Registration answer = listeners.answer(address, HOST, proof)) {
      listeners.giveWay(
          Set.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
          () -> {
            try (Socket ca = new Socket()) {
              ca.connect(address);
            }
          });
      assertThat(answer).isNotNull();
    }
    bindOnce();
  }

  private void bindOnce() throws IOException {
    try (ServerSocket free = new ServerSocket()) {
      free.bind(address);
    }
  }
}
