package io.hybridtls.smtp.server;

import io.hybridtls.smtp.protocol.CommandParser;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.session.SessionState;
import io.hybridtls.smtp.session.SessionStep;
import io.hybridtls.smtp.session.SmtpSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Optional;

/**
 * Holds what the client sent and gives it out command line by command line (RFC 5321, section
 * 2.3.8: only CRLF ends a line). What follows DATA is read from {@link #pending} instead. Used on
 * one event loop.
 */
final class SmtpFrameDecoder {

  /** What stands at the front of the input. */
  sealed interface Frame {

    /** The session's step for it; empty when nothing has arrived that it could answer. */
    Optional<SessionStep> step(SmtpSession session, SessionState state);

    /** No whole line has arrived yet. */
    record Incomplete() implements Frame {
      @Override
      public Optional<SessionStep> step(SmtpSession session, SessionState state) {
        return Optional.empty();
      }
    }

    /** A line without its CRLF; not copied elsewhere, never null. */
    @SuppressWarnings("ArrayRecordComponent") // handed to the parser and forgotten
    record Line(byte[] octets) implements Frame {
      @Override
      public Optional<SessionStep> step(SmtpSession session, SessionState state) {
        return Optional.of(session.command(state, CommandParser.parse(octets)));
      }
    }

    /** A line longer than commands may be; it was thrown away whole. */
    record TooLong() implements Frame {
      @Override
      public Optional<SessionStep> step(SmtpSession session, SessionState state) {
        return Optional.of(session.lineTooLong(state));
      }
    }

    /** A CR or LF that stands alone: how commands are smuggled. */
    record BareLineEnding() implements Frame {
      @Override
      public Optional<SessionStep> step(SmtpSession session, SessionState state) {
        return Optional.of(session.badLineEnding(state));
      }
    }
  }

  private static final Frame INCOMPLETE = new Frame.Incomplete();

  private ByteBuf pending = Unpooled.EMPTY_BUFFER;
  private boolean discarding;

  /** Takes over {@code input}. */
  void add(ByteBufAllocator allocator, ByteBuf input) {
    pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, pending, input);
  }

  /** Everything that was received and not yet consumed. */
  ByteBuf pending() {
    return pending;
  }

  boolean isEmpty() {
    return !pending.isReadable();
  }

  /** Consumes the next command line, if it is whole. */
  Frame next() {
    int length = pending.bytesBefore((byte) '\n');
    if (length < 0) {
      if (pending.readableBytes() > SessionLimits.MAX_COMMAND_LINE) {
        discarding = true;
        pending.skipBytes(pending.readableBytes());
      }
      return INCOMPLETE;
    }
    if (discarding || length >= SessionLimits.MAX_COMMAND_LINE) {
      discarding = false;
      pending.skipBytes(length + 1);
      return new Frame.TooLong();
    }
    return line(length);
  }

  /** Frees the buffer of an idle session. */
  void trim() {
    if (isEmpty()) {
      release();
    }
  }

  /** Frees what is held. */
  void release() {
    pending.release();
    pending = Unpooled.EMPTY_BUFFER;
  }

  private Frame line(int length) {
    int start = pending.readerIndex();
    int firstCr = pending.bytesBefore(length, (byte) '\r');
    if (length == 0 || firstCr != length - 1) {
      pending.skipBytes(length + 1);
      return new Frame.BareLineEnding();
    }
    byte[] octets = new byte[length - 1];
    pending.getBytes(start, octets);
    pending.skipBytes(length + 1);
    return new Frame.Line(octets);
  }
}
