package io.hybridtls.smtp.tls;

import io.hybridtls.smtp.server.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Contexts at work on loopback sockets, with nothing said after the handshake. */
final class TlsSocket implements AutoCloseable {

  private final Transport transport = Transport.open(1);

  /** Takes connections from now on; gives the port. */
  int serve(SslContext context) throws InterruptedException {
    Channel listening =
        new ServerBootstrap()
            .group(transport.eventLoops())
            .channel(transport.serverChannel())
            .childHandler(handshakeBy(context))
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Returns when the connection is there; the handshake follows. */
  void connect(SslContext context, int port) throws InterruptedException {
    new Bootstrap()
        .group(transport.eventLoops())
        .channelFactory(transport.clientChannels())
        .handler(handshakeBy(context))
        .connect(InetAddress.getLoopbackAddress(), port)
        .sync();
  }

  @Override
  public void close() {
    transport.close();
  }

  /** What goes wrong is seen at the other end. */
  private static final class Silence extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  private static ChannelInitializer<Channel> handshakeBy(SslContext context) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(context.newHandler(channel.alloc()), new Silence());
      }
    };
  }
}
