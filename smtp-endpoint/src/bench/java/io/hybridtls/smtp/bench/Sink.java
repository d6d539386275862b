package io.hybridtls.smtp.bench;

import io.hybridtls.smtp.server.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * The cloud peer of the relay: offers STARTTLS, demands a client certificate of our CA, accepts
 * everything and keeps nothing. Lives in the client's process, on the client's core.
 */
final class Sink implements AutoCloseable {

  private final AtomicLong messages = new AtomicLong();
  private final Channel listening;

  private Sink(Transport transport, SslContext tls) {
    this.listening =
        new ServerBootstrap()
            .group(transport.eventLoops())
            .channel(transport.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new SinkSession(tls, messages));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  static Sink open(Transport transport, World world) throws SSLException {
    return new Sink(
        transport,
        SslContextBuilder.forServer(
                world.sink().certificate().key(), world.sink().certificate().chain())
            .sslProvider(SslProvider.OPENSSL)
            .clientAuth(ClientAuth.REQUIRE)
            .trustManager(world.trust().toFile())
            .build());
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Messages that have arrived whole. */
  long messages() {
    return messages.get();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
  }
}
