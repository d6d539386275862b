package io.hybridtls.smtp.server;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that all sockets of the agent share, and the kind of channel that goes with them:
 * epoll on Linux, NIO elsewhere.
 */
public final class Transport implements AutoCloseable {

  private static final Duration QUIET_PERIOD = Duration.ZERO;
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(5);

  private final EventLoopGroup eventLoops;
  private final boolean epoll;

  private Transport(EventLoopGroup eventLoops, boolean epoll) {
    this.eventLoops = eventLoops;
    this.epoll = epoll;
  }

  /** Starts {@code threads} event loops. */
  public static Transport open(int threads) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new Transport(
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("io", true), io), epoll);
  }

  public EventLoopGroup eventLoops() {
    return eventLoops;
  }

  public Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  public ChannelFactory<? extends SocketChannel> clientChannels() {
    return epoll ? EpollSocketChannel::new : NioSocketChannel::new;
  }

  /** Ends the event loops; channels still open are closed. */
  @Override
  public void close() {
    eventLoops
        .shutdownGracefully(
            QUIET_PERIOD.toMillis(), SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_LIMIT.toMillis());
  }
}
