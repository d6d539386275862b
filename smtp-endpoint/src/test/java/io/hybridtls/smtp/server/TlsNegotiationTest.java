package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsNegotiationTest {

  @Test
  void theLogShouldNotHoldWhatAClientSaysInClear() throws Exception {
    byte[] secret = "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n".getBytes(StandardCharsets.US_ASCII);
    HeldCertificate held = TestCa.named("Contoso").issue("mail.contoso.example");
    EmbeddedChannel channel = new EmbeddedChannel();
    SslHandler tls =
        SslContextBuilder.forServer(held.key(), held.chain())
            .sslProvider(SslProvider.JDK)
            .build()
            .newHandler(channel.alloc());
    channel.pipeline().addFirst(tls);

    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(secret));

    Throwable failure = tls.handshakeFuture().cause();
    assertThat(failure).hasMessageContaining(ByteBufUtil.hexDump(secret)); // why this matters
    assertThat(TlsNegotiation.reason(failure)).isEqualTo("the client does not speak TLS");
  }

  @Test
  void theLogShouldSayWhyAHandshakeFailed() {
    assertThat(TlsNegotiation.reason(new CompletionException(new SSLException("no cipher"))))
        .isEqualTo("javax.net.ssl.SSLException: no cipher");
  }
}
