package io.hybridtls.smtp.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;

/** Begins a session on each accepted connection, under the rules in force at that moment. */
@Sharable
final class SessionInitializer extends ChannelInitializer<Channel> {

  private final ServerContext server;
  private volatile Listener listener;

  SessionInitializer(ServerContext server, Listener listener) {
    this.server = server;
    this.listener = listener;
  }

  /** Sessions that begin from now on follow {@code changed}. */
  void follow(Listener changed) {
    listener = changed;
  }

  /** What the sessions that begin now follow. */
  Listener listener() {
    return listener;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (channel.remoteAddress() instanceof InetSocketAddress client) {
      Connection connection = new Connection(channel, client.getAddress());
      channel.pipeline().addLast(new SessionHandler(server, listener, connection));
    } else {
      Farewell.close(channel); // gone already; who it was must not be guessed
    }
  }
}
