package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.protocol.MessageDataEncoder;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.SpoolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One body on its way from a file to a connection. The worker reads and encodes a piece, the event
 * loop writes it, and only when it has left is the worker asked for the next: so the two never run
 * at once, and no more than a piece is in memory.
 */
final class LargeContent {

  private static final Logger LOG = LoggerFactory.getLogger(LargeContent.class);

  private static final int PIECE = 64 * 1024;

  private final MessageSpool spool;
  private final Executor workers;
  private final MessageBody body;
  private final Channel channel;
  private final Relay relay;
  private final ContentSender.Listener listener;
  private final byte[] piece = new byte[PIECE];
  private final MessageDataEncoder encoder = new MessageDataEncoder(this::keep);
  private @Nullable InputStream file;
  private @Nullable ByteBuf encoded;

  LargeContent(
      MessageSpool spool,
      Executor workers,
      MessageBody body,
      Channel channel,
      Relay relay,
      ContentSender.Listener listener) {
    this.spool = spool;
    this.workers = workers;
    this.body = body;
    this.channel = channel;
    this.relay = relay;
    this.listener = listener;
  }

  void start() {
    workers.execute(this::readPiece);
  }

  private void readPiece() {
    ByteBuf out = channel.alloc().directBuffer(PIECE + PIECE / 64);
    encoded = out;
    try {
      InputStream in = file == null ? spool.open(body) : file;
      file = in;
      int length = in.readNBytes(piece, 0, PIECE);
      encoder.encode(piece, 0, length);
      boolean last = length < PIECE;
      if (last) {
        encoder.finish();
        in.close();
      }
      channel.eventLoop().execute(() -> write(out, last));
    } catch (SpoolException | IOException e) {
      LOG.error("a body in the spool could not be read", e);
      giveUp(
          out,
          DeliveryOutcome.deferred(
              relay, "4.3.0", "the message could not be read from the spool; see the log"));
    } catch (IllegalArgumentException e) {
      giveUp(out, ContentSender.malformed(relay, e));
    }
  }

  private void write(ByteBuf out, boolean last) {
    if (!channel.isActive()) {
      out.release();
      workers.execute(this::closeFile);
      return;
    }
    if (last) {
      listener.contentEnding();
    }
    channel
        .writeAndFlush(out)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                workers.execute(this::closeFile);
              } else if (!last) {
                listener.contentProgressed();
                workers.execute(this::readPiece);
              }
            });
  }

  private void giveUp(ByteBuf out, DeliveryOutcome outcome) {
    out.release();
    closeFile();
    channel.eventLoop().execute(() -> listener.contentUnsendable(outcome));
  }

  private void closeFile() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.warn("a body in the spool could not be closed", e);
    }
  }

  private void keep(byte[] octets, int offset, int length) {
    if (encoded != null) {
      encoded.writeBytes(octets, offset, length);
    }
  }
}
