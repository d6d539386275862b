package io.hybridtls.smtp.bench;

import io.hybridtls.smtp.server.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/**
 * Sessions by one plan, a fixed number at a time: where one ends the next begins, until the load is
 * stopped.
 */
final class Load {

  private final Bootstrap bootstrap;
  private final Tally tally = new Tally();
  private final CountDownLatch ended;
  private volatile boolean stopping;

  private Load(Transport transport, SessionPlan plan, int connections) {
    EventLoopGroup loops = transport.eventLoops();
    ByteBuf envelope = plan.envelope();
    this.ended = new CountDownLatch(connections);
    this.bootstrap =
        new Bootstrap()
            .group(loops)
            .channelFactory(transport.clientChannels())
            .option(ChannelOption.TCP_NODELAY, true)
            .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new LoadSession(plan, envelope, tally));
                  }
                });
  }

  /** Begins {@code connections} sessions, and one more for each that ends. */
  static Load start(Transport transport, SessionPlan plan, int connections) {
    Load load = new Load(transport, plan, connections);
    for (int i = 0; i < connections; i++) {
      load.connect();
    }
    return load;
  }

  Tally tally() {
    return tally;
  }

  /** Begins no more sessions, and waits for those that are open. */
  void stop() throws InterruptedException {
    stopping = true;
    ended.await();
  }

  private void connect() {
    ChannelFuture connecting = bootstrap.connect();
    connecting.channel().closeFuture().addListener(closed -> goOn());
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            tally.sessionFailed("connect: " + done.cause());
          }
        });
  }

  private void goOn() {
    if (stopping || tally.failures() > 100) {
      ended.countDown();
    } else {
      connect();
    }
  }
}
