package io.hybridtls.smtp.protocol;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads what follows DATA, in chunks of any size, up to and including the line with the single dot
 * (RFC 5321, sections 4.1.1.4 and 4.5.2), and gives the content without the dots that transparency
 * added. Nothing but CRLF.CRLF ends the data; the dot directly after DATA counts as if a CRLF came
 * before it.
 *
 * <p>Data with a {@link ContentDefect} is read to its end all the same, so that none of it is taken
 * for commands, but no longer given out: what the sink has by then is to be thrown away. One
 * decoder reads one message, on one thread at a time.
 */
public final class MessageDataDecoder {

  /** The longest line with its CRLF, without a dot added for transparency (section 4.5.3.1.6). */
  public static final int MAX_LINE = 1_000;

  private static final int CRLF_LENGTH = 2;
  private static final int SCRATCH = 8 * 1024;

  /** Where the next octet stands. */
  private enum Place {
    LINE_START,
    IN_LINE,
    AFTER_CR,
    AFTER_DOT,
    AFTER_DOT_CR,
    END
  }

  private final long maxSize;
  private final OctetSink sink;
  private Place place = Place.LINE_START;
  private Optional<ContentDefect> defect = Optional.empty();
  private int lineLength;
  private long size;

  /**
   * Begins a message.
   *
   * @param maxSize octets of content, as RFC 1870 counts them
   * @param sink gets the content; empty runs are not given
   */
  public MessageDataDecoder(long maxSize, OctetSink sink) {
    this.maxSize = maxSize;
    this.sink = sink;
  }

  /**
   * Reads from {@code input} until the data ends or the input does, and moves its position behind
   * what was read. What follows the end of the data stays in the buffer.
   *
   * @return whether the data has ended
   */
  public boolean decode(ByteBuffer input) {
    if (input.hasArray()) {
      int offset = input.arrayOffset() + input.position();
      int read = decode(input.array(), offset, input.remaining());
      input.position(input.position() + read);
      return isComplete();
    }
    byte[] scratch = new byte[Math.min(input.remaining(), SCRATCH)];
    while (input.hasRemaining() && !isComplete()) {
      int start = input.position();
      int length = Math.min(input.remaining(), scratch.length);
      input.get(scratch, 0, length);
      input.position(start + decode(scratch, 0, length));
    }
    return isComplete();
  }

  /**
   * Reads from an array until the data ends or the given range does.
   *
   * @return how many octets were read; fewer than {@code length} only when the data has ended
   */
  public int decode(byte[] octets, int offset, int length) {
    int end = offset + length;
    int at = offset;
    int runStart = offset;
    while (at < end && place != Place.END) {
      switch (place) {
        case IN_LINE -> at = readText(octets, at, end);
        case AFTER_CR -> at = endLine(octets, at);
        case LINE_START -> {
          if (follows(octets[at], '.', Place.AFTER_DOT)) {
            give(octets, runStart, at);
            runStart = ++at;
          }
        }
        case AFTER_DOT -> {
          if (follows(octets[at], '\r', Place.AFTER_DOT_CR)) {
            runStart = ++at;
          }
        }
        default -> {
          if (follows(octets[at], '\n', Place.END)) {
            runStart = ++at;
          } else {
            flag(ContentDefect.BARE_CR);
          }
        }
      }
    }
    give(octets, runStart, at);
    return at - offset;
  }

  /** Whether the end of the data was read. */
  public boolean isComplete() {
    return place == Place.END;
  }

  /** What is wrong with the content so far; the first thing found, its size last. */
  public Optional<ContentDefect> defect() {
    return defect.isEmpty() && size > maxSize ? Optional.of(ContentDefect.TOO_LARGE) : defect;
  }

  /** Octets of content read so far, whether given out or not. */
  public long size() {
    return size;
  }

  /** Goes on to {@code next} when the octet is the one awaited; else it is text like any other. */
  private boolean follows(byte octet, char awaited, Place next) {
    place = octet == awaited ? next : Place.IN_LINE;
    return octet == awaited;
  }

  /** Reads up to and including the next CR, LF or other low octet; gives the place behind it. */
  private int readText(byte[] octets, int from, int end) {
    int at = from;
    while (at < end && (octets[at] & 0xff) > '\r') {
      at++;
    }
    growLine(at - from);
    if (at == end) {
      return end;
    }
    switch (octets[at]) {
      case '\r' -> place = Place.AFTER_CR;
      case '\n' -> flagInLine(ContentDefect.BARE_LF);
      case 0 -> flagInLine(ContentDefect.NUL);
      default -> lineLength++;
    }
    return at + 1;
  }

  private int endLine(byte[] octets, int at) {
    if (octets[at] == '\n') {
      lineLength = 0;
      place = Place.LINE_START;
      return at + 1;
    }
    flagInLine(ContentDefect.BARE_CR);
    place = Place.IN_LINE;
    return at;
  }

  private void growLine(int octets) {
    lineLength += octets;
    if (lineLength > MAX_LINE - CRLF_LENGTH) {
      flag(ContentDefect.LONG_LINE);
      lineLength = MAX_LINE;
    }
  }

  private void flagInLine(ContentDefect found) {
    flag(found);
    lineLength++;
  }

  private void flag(ContentDefect found) {
    if (defect.isEmpty()) {
      defect = Optional.of(found);
    }
  }

  private void give(byte[] octets, int from, int to) {
    size += to - from;
    if (to > from && defect().isEmpty()) {
      sink.accept(octets, from, to - from);
    }
  }
}
