package io.hybridtls.smtp.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection so that the client gets to read the last replies. Closing while input is unread
 * resets the connection, and a reset may take replies with it that the client has received but not
 * read (RFC 1122, section 4.2.2.13), among them the 250 to a message that it would send again. So
 * only the sending side is closed, what still comes is thrown away by the session, and the rest
 * follows when the client closes or its time is over. Used on the connection's event loop.
 */
final class Farewell {

  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Farewell() {}

  /** Sends what was written, and ends the connection within {@link #PATIENCE}. */
  static void bid(Channel channel) {
    ScheduledFuture<?> limit =
        channel
            .eventLoop()
            .schedule(() -> close(channel), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> limit.cancel(false));
    channel.config().setAutoRead(true); // else the client's own close would never be seen
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (written.isSuccess()) {
                stopSending(channel);
              } else {
                close(channel);
              }
            });
  }

  /** Ends the connection at once. */
  static void close(Channel channel) {
    channel
        .close()
        .addListener(
            closed -> {
              if (!closed.isSuccess()) {
                LOG.debug("a connection did not close cleanly", closed.cause());
              }
            });
  }

  private static void stopSending(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutDownOutput(channel);
    } else {
      tls.closeOutbound()
          .addListener(
              // done or not, the close_notify is flushed when the event loop comes back to this
              closed -> channel.eventLoop().execute(() -> shutDownOutput(channel)));
    }
  }

  private static void shutDownOutput(Channel channel) {
    if (channel instanceof DuplexChannel duplex && duplex.isActive()) {
      duplex
          .shutdownOutput()
          .addListener(
              shut -> {
                if (!shut.isSuccess()) {
                  close(channel);
                }
              });
    } else {
      close(channel);
    }
  }
}
