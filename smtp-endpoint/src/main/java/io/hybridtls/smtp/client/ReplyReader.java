package io.hybridtls.smtp.client;

import io.hybridtls.smtp.protocol.MalformedReplyException;
import io.hybridtls.smtp.protocol.ReplyParser;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts what a server sends into replies. A line ends with CRLF; a bare CR or LF is part of its
 * text.
 */
final class ReplyReader {

  private final ReplyParser parser = new ReplyParser();
  private byte[] line = new byte[128];
  private int length;
  private boolean withinReply;

  /**
   * Reads on in {@code in}.
   *
   * @return the next reply; empty when {@code in} was used up before its end
   */
  Optional<SmtpReply> next(ByteBuf in) throws MalformedReplyException {
    while (in.isReadable()) {
      append(in.readByte());
      if (length >= 2 && line[length - 1] == '\n' && line[length - 2] == '\r') {
        Optional<SmtpReply> reply = parser.line(Arrays.copyOf(line, length - 2));
        length = 0;
        withinReply = reply.isEmpty();
        if (reply.isPresent()) {
          return reply;
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the server has sent more than the replies that were given out. */
  boolean hasMore(ByteBuf in) {
    return in.isReadable() || length > 0 || withinReply;
  }

  private void append(byte octet) throws MalformedReplyException {
    if (length == ReplyParser.MAX_LINE) {
      parser.line(line); // refused, with the reason
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, Math.min(2 * length, ReplyParser.MAX_LINE));
    }
    line[length++] = octet;
  }
}
