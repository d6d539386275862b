package io.hybridtls.smtp.client;

import io.hybridtls.smtp.tls.TlsContexts.ClientTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.util.function.Consumer;

/** Puts TLS under one connection, and has its peer checked. Used on the event loop. */
final class TlsStarter {

  private final ClientTls tls;
  private final PoolKey key;
  private final String remote;
  private final PeerCheck peerCheck;
  private final ClientTimeouts timeouts;
  private boolean handshakeDone;

  /**
   * @param remote {@code host[address]:port}
   */
  TlsStarter(
      ClientTls tls, PoolKey key, String remote, PeerCheck peerCheck, ClientTimeouts timeouts) {
    this.tls = tls;
    this.key = key;
    this.remote = remote;
    this.peerCheck = peerCheck;
    this.timeouts = timeouts;
  }

  /**
   * Begins the handshake.
   *
   * @param done told, on the event loop, what the check of the peer came to
   * @param failed told the reason when there is no TLS
   */
  void start(Channel channel, Consumer<PeerCheck.Verdict> done, Consumer<String> failed) {
    SslHandler handler = newHandler(channel);
    handler.setHandshakeTimeoutMillis(timeouts.connect().toMillis());
    channel.pipeline().addFirst(handler);
    handler
        .handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess()) {
                handshakeDone = true;
                check(channel, handler, done);
              } else {
                failed.accept(reason(handshake.cause()));
              }
            });
  }

  /** What may be the matter when the peer hangs up after the handshake, before it said a word. */
  String hint() {
    return handshakeDone && key.certificate().isPresent()
        ? "; it may not accept our certificate " + key.identity()
        : "";
  }

  private void check(Channel channel, SslHandler handler, Consumer<PeerCheck.Verdict> done) {
    peerCheck
        .check(handler.engine().getSession(), remote, key.requirement(), key.trust())
        .thenAccept(
            verdict -> {
              if (channel.eventLoop().inEventLoop()) {
                done.accept(verdict);
              } else {
                channel.eventLoop().execute(() -> done.accept(verdict));
              }
            });
  }

  /** The server name is sent for names only (RFC 6066, section 3). */
  private SslHandler newHandler(Channel channel) {
    String host = key.hop().host();
    boolean isAddress = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    return isAddress
        ? tls.context().newHandler(channel.alloc())
        : tls.context().newHandler(channel.alloc(), host, key.hop().port());
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
