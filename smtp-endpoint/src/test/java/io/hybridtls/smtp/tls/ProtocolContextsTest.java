package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class ProtocolContextsTest {

  private static final String HOST = "mail.contoso.example";

  private final ProtocolContexts contexts = new ProtocolContexts();
  private final SslContext proof = newContext();

  @Test
  void shouldAnswerWhoWishesExactlyTheProtocolForTheName() {
    contexts.offer("proof/1", HOST, proof);

    assertThat(contexts.find(hello(HOST, "proof/1"))).contains(proof);
    assertThat(contexts.find(hello("MAIL.Contoso.Example", "proof/1"))).contains(proof);
    assertThat(contexts.find(hello(HOST, "proof/1", "smtp"))).isEmpty();
    assertThat(contexts.find(hello(HOST, "proof/2"))).isEmpty();
    assertThat(contexts.find(hello(HOST))).isEmpty();
    assertThat(contexts.find(hello("smtp.contoso.example", "proof/1"))).isEmpty();
    assertThat(contexts.find(new ClientHello(Optional.empty(), List.of("proof/1")))).isEmpty();
  }

  @Test
  void theFirstAnswerShouldStayUntilItIsWithdrawn() {
    assertThat(contexts.isEmpty()).isTrue();
    assertThat(contexts.offer("proof/1", HOST, proof)).isTrue();
    assertThat(contexts.offer("proof/1", HOST, newContext())).isFalse();
    assertThat(contexts.find(hello(HOST, "proof/1"))).contains(proof);

    contexts.withdraw("proof/1", HOST);

    assertThat(contexts.isEmpty()).isTrue();
    assertThat(contexts.find(hello(HOST, "proof/1"))).isEmpty();
  }

  private static ClientHello hello(String serverName, String... protocols) {
    return new ClientHello(Optional.of(serverName), List.of(protocols));
  }

  private static SslContext newContext() {
    try {
      return SslContextBuilder.forClient().build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
