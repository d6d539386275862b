package io.hybridtls.smtp.server;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.smtp.session.NegotiatedTls;
import io.hybridtls.smtp.tls.ClientHello;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.netty.channel.Channel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handshake of one connection, and the check of who came with it. */
final class TlsNegotiation {

  private static final Logger LOG = LoggerFactory.getLogger(TlsNegotiation.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Listener listener;
  private final PeerVerifier verifier;

  /** What came of it. */
  record Secured(NegotiatedTls agreed, PeerIdentity identity) {}

  TlsNegotiation(Listener listener, PeerVerifier verifier) {
    this.listener = listener;
    this.verifier = verifier;
  }

  /**
   * Puts TLS in front of everything else, and waits for the client to begin. To be called on the
   * connection's event loop.
   *
   * @return completes on any thread, and normally always: once it is known who the client is, or
   *     empty when there is no certificate to present, the handshake failed or took too long, or
   *     the client did not come for mail
   */
  CompletionStage<Optional<Secured>> begin(Connection connection) {
    Channel channel = connection.channel();
    CompletionStage<Optional<Secured>> result =
        listener.hasOtherProtocols()
            ? chosenByClient(channel)
            : forMail(channel, channel.pipeline()::addFirst);
    return result.exceptionally(failure -> failed(connection, failure));
  }

  private CompletionStage<Optional<Secured>> chosenByClient(Channel channel) {
    ClientHelloReader reader = new ClientHelloReader(TIMEOUT);
    channel.pipeline().addFirst(reader);
    return reader
        .hello()
        .thenCompose(
            hello ->
                listener
                    .otherProtocols()
                    .find(hello)
                    .map(other -> forOther(channel, reader, other, hello))
                    .orElseGet(() -> forMail(channel, reader::replaceBy)));
  }

  private CompletionStage<Optional<Secured>> forMail(
      Channel channel, Consumer<SslHandler> installer) {
    return listener
        .context()
        .map(context -> shakeHands(channel, context, installer))
        // withdrawn after the 220, or implicit TLS before the first issue
        .orElseGet(
            () -> CompletableFuture.failedFuture(new SSLException("no certificate to present yet")))
        .thenCompose(this::identify)
        .thenApply(Optional::of);
  }

  /** The handshake is the whole of it. */
  private CompletionStage<Optional<Secured>> forOther(
      Channel channel, ClientHelloReader reader, SslContext context, ClientHello hello) {
    return shakeHands(channel, context, reader::replaceBy)
        .thenApply(
            session -> {
              LOG.debug("listener {}: answered {}", listener.settings().name(), hello);
              return Optional.empty();
            });
  }

  private static CompletionStage<SSLSession> shakeHands(
      Channel channel, SslContext context, Consumer<SslHandler> installer) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    installer.accept(handler);
    CompletableFuture<SSLSession> agreed = new CompletableFuture<>();
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                agreed.complete(handler.engine().getSession());
              } else {
                agreed.completeExceptionally(done.cause());
              }
            });
    return agreed;
  }

  private Optional<Secured> failed(Connection connection, Throwable failure) {
    LOG.info(
        "{}: no TLS on listener {}: {}",
        connection.clientName(),
        listener.settings().name(),
        reason(failure));
    return Optional.empty();
  }

  /** For the log, which must not hold what a client said that took us for a server without TLS. */
  static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NotSslRecordException
        ? "the client does not speak TLS"
        : String.valueOf(cause);
  }

  private CompletionStage<Secured> identify(SSLSession session) {
    NegotiatedTls agreed = new NegotiatedTls(session.getProtocol(), session.getCipherSuite());
    return verifier
        .verify(chainOf(session), listener.settings().clientTrust(), CertificateRole.CLIENT)
        .thenApply(identity -> new Secured(agreed, identity));
  }

  /** As the client sent it, leaf first; empty when it sent none. */
  private static List<X509Certificate> chainOf(SSLSession session) {
    try {
      Certificate[] certificates = session.getPeerCertificates();
      return Arrays.stream(certificates).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // how the API says that there is none
    }
  }
}
