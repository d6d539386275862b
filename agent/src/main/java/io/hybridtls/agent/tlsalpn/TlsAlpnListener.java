package io.hybridtls.agent.tlsalpn;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AsyncMapping;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shakes hands with the CA and says no more (RFC 8737, section 3). Anybody may connect: connections
 * are bounded in number and in time, and a name that is not being proved gets no answer.
 */
final class TlsAlpnListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsAlpnListener.class);
  private static final int MAX_CONNECTIONS = 128;
  private static final int MAX_HELLO = 16_384;
  private static final int HANDSHAKE_SECONDS = 10;
  private static final long SHUTDOWN_SECONDS = 5;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("tls-alpn", true), NioIoHandler.newFactory());
  private final Map<String, SslContext> proofs = new ConcurrentHashMap<>();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private TlsAlpnListener() {}

  /**
   * Listens from now on.
   *
   * @throws IOException when the address cannot be bound
   */
  static TlsAlpnListener bind(InetSocketAddress address) throws IOException {
    TlsAlpnListener listener = new TlsAlpnListener();
    ChannelFuture binding =
        new ServerBootstrap()
            .group(listener.group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(listener.new Pipeline())
            .bind(address)
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      listener.close();
      throw new IOException(
          "cannot listen on "
              + NetUtil.toSocketAddressString(address)
              + " ("
              + binding.cause().getMessage()
              + "); free it, or grant CAP_NET_BIND_SERVICE for a port below 1024",
          binding.cause());
    }
    listener.connections.add(binding.channel());
    LOG.debug("tls-alpn-01 is answered on {}", address);
    return listener;
  }

  /** Whether {@code proof} is what {@code host} shows from now on; not if it shows another one. */
  boolean offer(String host, SslContext proof) {
    return proofs.putIfAbsent(host.toLowerCase(Locale.ROOT), proof) == null;
  }

  /** Takes the proof of {@code host} away; true when nothing is left to show. */
  boolean withdraw(String host) {
    proofs.remove(host.toLowerCase(Locale.ROOT));
    return proofs.isEmpty();
  }

  /** What each host shows now. */
  Map<String, SslContext> proofs() {
    return Map.copyOf(proofs);
  }

  /** Returns when the address is free. */
  @Override
  public void close() {
    connections.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    group // a selector keeps a closed socket until it looks again, or ends
        .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }

  private AsyncMapping<String, SslContext> byServerName() {
    return (name, promise) -> {
      SslContext proof = name == null ? null : proofs.get(name.toLowerCase(Locale.ROOT));
      return proof == null
          ? promise.setFailure(new IOException("nothing to prove for " + name))
          : promise.setSuccess(proof);
    };
  }

  private final class Pipeline extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() > MAX_CONNECTIONS) {
        var unused = channel.close();
        return;
      }
      connections.add(channel);
      var unused =
          channel.eventLoop().schedule(() -> end(channel), HANDSHAKE_SECONDS, TimeUnit.SECONDS);
      channel
          .pipeline()
          .addLast(
              new SniHandler(
                  byServerName(), MAX_HELLO, TimeUnit.SECONDS.toMillis(HANDSHAKE_SECONDS)))
          .addLast(new AfterHandshake());
    }

    private void end(Channel channel) {
      var unused = channel.close();
    }
  }

  private static final class AfterHandshake extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent) {
        var unused = context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("tls-alpn-01: {} from {}", cause.toString(), context.channel().remoteAddress());
      var unused = context.close();
    }
  }
}
