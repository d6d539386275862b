package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.protocol.MessageDataEncoder;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.Executor;

/**
 * Writes content to a connection, dots stuffed, with its final dot. A body in memory leaves in one
 * piece; a file is read piece by piece on a worker, the next piece only when the last has left.
 */
final class ContentSender {

  /** Room for stuffed dots before the buffer has to grow. */
  private static final int ROOM_FOR_DOTS = 64;

  private final MessageSpool spool;
  private final Executor workers;

  ContentSender(MessageSpool spool, Executor workers) {
    this.spool = spool;
    this.workers = workers;
  }

  /** Told on the connection's event loop. */
  interface Listener {

    /** Some of the content has left. */
    void contentProgressed();

    /** The final dot leaves next. */
    void contentEnding();

    /** The content cannot be sent to its end; the connection must be closed without the dot. */
    void contentUnsendable(DeliveryOutcome outcome);
  }

  /** Begins to send {@code body}; on the connection's event loop. */
  void send(MessageBody body, Channel channel, Relay relay, Listener listener) {
    if (body instanceof MessageBody.InMemory whole) {
      sendWhole(whole, channel, relay, listener);
    } else {
      new LargeContent(spool, workers, body, channel, relay, listener).start();
    }
  }

  private static void sendWhole(
      MessageBody.InMemory body, Channel channel, Relay relay, Listener listener) {
    byte[] content = body.content();
    ByteBuf out = channel.alloc().directBuffer(content.length + ROOM_FOR_DOTS);
    try {
      MessageDataEncoder encoder = new MessageDataEncoder(out::writeBytes);
      encoder.encode(content, 0, content.length);
      encoder.finish();
    } catch (IllegalArgumentException e) {
      out.release();
      listener.contentUnsendable(malformed(relay, e));
      return;
    }
    listener.contentEnding();
    channel.writeAndFlush(out).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** Content that no repetition makes fit to be sent (RFC 5321, section 2.3.8). */
  static DeliveryOutcome malformed(Relay relay, IllegalArgumentException cause) {
    return DeliveryOutcome.refused(
        relay, "5.6.0", "the message cannot be sent: " + cause.getMessage());
  }
}
