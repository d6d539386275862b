package io.hybridtls.agent.testing.acme;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server on a free loopback port; one request a connection, one after the other. In what it
 * answers, {@code $} stands for its own URL.
 */
public final class LoopbackHttp implements AutoCloseable {

  private static final int MAX_REQUEST = 1 << 16;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Service service;
  private final Channel channel;

  public LoopbackHttp(Service service) {
    this.service = service;
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Pipeline())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /** What the server does. */
  @FunctionalInterface
  public interface Service {
    /** Empty resets the connection. */
    Optional<Reply> serve(String method, String path, String body);
  }

  /** Without a path. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort());
  }

  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return;
    }
    channel.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static FullHttpResponse response(Reply reply) {
    byte[] body = reply.content();
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            Unpooled.wrappedBuffer(body));
    reply.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().set("Connection", "close").setInt("Content-Length", body.length);
    return response;
  }

  private final class Pipeline extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel connection) {
      connection
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(MAX_REQUEST))
          .addLast(new Handler());
    }
  }

  private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      Optional<Reply> reply =
          service.serve(
              request.method().name(),
              request.uri(),
              request.content().toString(StandardCharsets.UTF_8));
      if (reply.isEmpty()) {
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0); // RST, not FIN
        var unused = context.close();
        return;
      }
      var unused =
          context
              .writeAndFlush(response(reply.get().at(uri().toString())))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }
}
