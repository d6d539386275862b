package io.hybridtls.agent.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for plain HTTP and serves what {@link HttpRoutes} hold: one request a connection, bounded
 * in size, in time and in number, since anybody may connect. Where there are too many, the oldest
 * makes room: a CA asks at once, and those that wait are mostly those that never will. Started and
 * closed once each, by one thread.
 */
public final class HttpListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final int MAX_CONNECTIONS = 512;
  private static final int MAX_LINE = 2_048;
  private static final int MAX_HEADERS = 8_192;
  private static final int MAX_CHUNK = 1_024;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final long SHUTDOWN_SECONDS = 5;

  private final HttpSettings settings;
  private final HttpRoutes routes;
  private final IoEventLoopGroup group;
  private final boolean ownsGroup;
  private final Duration requestTimeout;
  private final int maxConnections;
  private final Queue<Channel> arrivals = new ConcurrentLinkedQueue<>();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private @Nullable Channel server;

  /** A listener with an event loop of its own. */
  public HttpListener(HttpSettings settings, HttpRoutes routes) {
    this(settings, routes, REQUEST_TIMEOUT, MAX_CONNECTIONS);
  }

  /** A listener on {@code group}, which stays open when the listener closes. */
  public HttpListener(HttpSettings settings, HttpRoutes routes, IoEventLoopGroup group) {
    this(settings, routes, group, false, REQUEST_TIMEOUT, MAX_CONNECTIONS);
  }

  HttpListener(
      HttpSettings settings, HttpRoutes routes, Duration requestTimeout, int maxConnections) {
    this(settings, routes, newGroup(), true, requestTimeout, maxConnections);
  }

  private HttpListener(
      HttpSettings settings,
      HttpRoutes routes,
      IoEventLoopGroup group,
      boolean ownsGroup,
      Duration requestTimeout,
      int maxConnections) {
    this.settings = settings;
    this.routes = routes;
    this.group = group;
    this.ownsGroup = ownsGroup;
    this.requestTimeout = requestTimeout;
    this.maxConnections = maxConnections;
  }

  /**
   * Binds, and serves from then on.
   *
   * @throws IOException when the address cannot be bound; the message names it and the remedy
   */
  public void start() throws IOException {
    ChannelFuture binding =
        new ServerBootstrap()
            .group(group)
            .channel(channelType())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(new Pipeline())
            .bind(settings.address())
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw BindFailure.explain(settings.address(), binding.cause());
    }
    server = binding.channel();
    LOG.info("HTTP listener on {}", NetUtil.toSocketAddressString(address()));
  }

  /** The address that is listened on, with the port that was taken where the settings say 0. */
  public InetSocketAddress address() {
    Channel channel = server;
    if (channel == null) {
      throw new IllegalStateException("the HTTP listener was not started");
    }
    return (InetSocketAddress) channel.localAddress();
  }

  /** Stops listening, and ends what is open. */
  @Override
  public void close() {
    Channel channel = server;
    if (channel != null) {
      channel.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
    connections.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    if (ownsGroup) {
      group
          .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
          .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static IoEventLoopGroup newGroup() {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http", true), io);
  }

  private Class<? extends ServerChannel> channelType() {
    return Epoll.isAvailable() && group.isIoType(EpollIoHandler.class)
        ? EpollServerSocketChannel.class
        : NioServerSocketChannel.class;
  }

  private void makeRoom() {
    Channel oldest = arrivals.poll();
    if (oldest != null) {
      var unused = oldest.close();
    }
  }

  private final class Pipeline extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() >= maxConnections) {
        makeRoom();
      }
      connections.add(channel);
      arrivals.add(channel);
      var unused = channel.closeFuture().addListener(closed -> arrivals.remove(channel));
      HttpDecoderConfig bounds =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_LINE)
              .setMaxHeaderSize(MAX_HEADERS)
              .setMaxChunkSize(MAX_CHUNK);
      channel
          .pipeline()
          .addLast(new HttpServerCodec(bounds))
          .addLast(new RequestHandler(routes, requestTimeout));
    }
  }
}
