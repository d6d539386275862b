package io.hybridtls.agent.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** HTTP on a Unix socket that only the agent's own user may open; one request a connection. */
public final class AdminServer implements AutoCloseable {

  private static final int MAX_REQUEST = 4 * 1024 * 1024; // files to import, in Base64
  private static final long SHUTDOWN_SECONDS = 1;

  private final SocketFile socket;
  private final EventLoopGroup eventLoop;
  private final ChannelGroup connections;

  private AdminServer(SocketFile socket, EventLoopGroup eventLoop, ChannelGroup connections) {
    this.socket = socket;
    this.eventLoop = eventLoop;
    this.connections = connections;
  }

  /**
   * Listens on {@code socket}.
   *
   * @param workers where resources answer; may block
   * @throws IOException when the socket cannot be made, or another agent answers on it
   */
  public static AdminServer start(
      Path socket, Collection<? extends AdminResource> resources, Executor workers)
      throws IOException {
    Map<String, AdminResource> routes =
        resources.stream().collect(Collectors.toMap(AdminResource::route, Function.identity()));
    EventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    ServerBootstrap server =
        new ServerBootstrap()
            .group(eventLoop)
            .channel(NioServerDomainSocketChannel.class)
            .childHandler(new RequestPipeline(routes, workers, connections));
    try {
      return new AdminServer(
          SocketFile.make(socket, unnamed -> bind(server, unnamed, socket)),
          eventLoop,
          connections);
    } catch (IOException e) {
      end(eventLoop);
      throw e;
    }
  }

  /**
   * Ends the connections. Resources that are answering are not interrupted: what they send goes
   * nowhere.
   *
   * @throws IOException when the socket's name cannot be taken away
   */
  @Override
  public void close() throws IOException {
    try {
      socket.remove(); // first, so that nobody finds a name behind which nobody listens
    } finally {
      connections.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
      end(eventLoop);
    }
  }

  private static void bind(ServerBootstrap server, UnixDomainSocketAddress unnamed, Path socket)
      throws IOException {
    ChannelFuture bound = server.bind(unnamed).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "admin.socket "
              + socket
              + " cannot be made: "
              + bound.cause().getMessage()
              + "; use a path of at most 100 characters",
          bound.cause());
    }
  }

  private static void end(EventLoopGroup eventLoop) {
    eventLoop.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class RequestPipeline extends ChannelInitializer<Channel> {
    private final Map<String, AdminResource> routes;
    private final Executor workers;
    private final ChannelGroup connections;

    RequestPipeline(Map<String, AdminResource> routes, Executor workers, ChannelGroup connections) {
      this.routes = routes;
      this.workers = workers;
      this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(),
              new HttpObjectAggregator(MAX_REQUEST),
              new AdminRequestHandler(routes, workers));
    }
  }
}
