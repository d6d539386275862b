package io.hybridtls.smtp.server;

import io.hybridtls.smtp.protocol.SmtpReply;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.net.InetAddress;

/**
 * What a dialogue does with its channel.
 *
 * @param client as the socket named it when it was accepted
 */
record Connection(Channel channel, InetAddress client) {

  /** The client's address, for the log. */
  String clientName() {
    return client.getHostAddress();
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  /** Whether the client reads its replies. */
  boolean isWritable() {
    return channel.isWritable();
  }

  /** Queues a reply; {@link #flush} sends it. */
  void write(SmtpReply reply) {
    channel
        .write(Unpooled.wrappedBuffer(reply.encoded()))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  void flush() {
    channel.flush();
  }

  /** Whether the socket is read. */
  void setReading(boolean reading) {
    channel.config().setAutoRead(reading);
  }

  /** Runs {@code task} on the event loop; a fault in it ends the session, as one in a read does. */
  void onLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      run(task);
    } else {
      channel.eventLoop().execute(() -> run(task));
    }
  }

  /** Sends what was written, and ends the connection so that the client gets to read it. */
  void bidFarewell() {
    Farewell.bid(channel);
  }

  /** Ends the connection at once. */
  void close() {
    Farewell.close(channel);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException fault) {
      channel.pipeline().fireExceptionCaught(fault);
    }
  }
}
