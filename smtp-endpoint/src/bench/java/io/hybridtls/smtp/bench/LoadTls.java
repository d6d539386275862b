package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.model.HeldCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a kind of load speaks TLS: 1.3 only, on BoringSSL, with the key agreement that both servers
 * have (X25519). A load client checks no certificate, since the other side is what is measured.
 */
final class LoadTls {

  private final SslContext context;
  private final ServerChains chains;
  private final Optional<Ticket> ticket;

  private LoadTls(SslContext context, ServerChains chains, Optional<Ticket> ticket) {
    this.context = context;
    this.chains = chains;
    this.ticket = ticket;
  }

  /**
   * Makes a context.
   *
   * @param identity what is presented when the server asks
   * @param resuming whether each session resumes an earlier one
   */
  static LoadTls of(Optional<HeldCertificate> identity, boolean resuming) {
    ServerChains chains = new ServerChains();
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3")
            .option(OpenSslContextOption.GROUPS, new String[] {"X25519"})
            .endpointIdentificationAlgorithm(null)
            .trustManager(chains);
    identity.ifPresent(held -> builder.keyManager(held.key(), held.chain()));
    try {
      SslContext context = builder.build();
      Optional<Ticket> ticket =
          resuming
              ? Optional.of(Ticket.of((ReferenceCountedOpenSslContext) context))
              : Optional.empty();
      return new LoadTls(context, chains, ticket);
    } catch (SSLException e) {
      throw new IllegalStateException("the load client needs Netty's BoringSSL", e);
    }
  }

  /** For the handshake that begins now. */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    ticket.ifPresent(t -> t.offer((ReferenceCountedOpenSslEngine) handler.engine()));
    return handler;
  }

  /** Handshakes in which the server had to present its chain, which a resumed one leaves out. */
  long fullHandshakes() {
    return chains.seen.get();
  }

  /** The serial number of the certificate that a server showed last; empty before the first. */
  String lastShown() {
    return chains.serial;
  }

  /** Accepts every chain, and counts. */
  private static final class ServerChains extends X509ExtendedTrustManager {

    private final AtomicLong seen = new AtomicLong();
    private volatile String serial = "";

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
      serial = HeldCertificate.serialOf(chain[0]);
      seen.incrementAndGet();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      seen.incrementAndGet();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      seen.incrementAndGet();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
