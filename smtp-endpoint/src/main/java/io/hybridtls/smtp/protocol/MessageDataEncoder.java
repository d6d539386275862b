package io.hybridtls.smtp.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Writes content as the client sends it after the 354 reply (RFC 5321, section 4.5.2): a dot before
 * each line that begins with one, and at the end CRLF, where it is missing, and the line with the
 * single dot. The mirror of {@link MessageDataDecoder}. One encoder writes one message, on one
 * thread at a time.
 *
 * <p>A bare CR or LF never leaves (section 2.3.8): content that has one is a fault of whoever
 * stored it, and the connection is to be dropped in the middle of the data, so that the server
 * throws away what it got.
 */
public final class MessageDataEncoder {

  private static final byte[] DOT = {'.'};
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] FINAL_DOT = ".\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF_AND_FINAL_DOT = "\r\n.\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Where the next octet stands. */
  private enum Place {
    LINE_START,
    IN_LINE,
    AFTER_CR,
    END
  }

  private final OctetSink sink;
  private Place place = Place.LINE_START;

  /** Begins a message; {@code sink} gets what goes onto the wire. */
  public MessageDataEncoder(OctetSink sink) {
    this.sink = sink;
  }

  /**
   * Writes the next part of the content, of any length.
   *
   * @throws IllegalArgumentException when it has a CR or LF that is not part of a CRLF; nothing may
   *     be written to the connection any more
   */
  public void encode(byte[] content, int offset, int length) {
    requireOpen();
    int end = offset + length;
    int runStart = offset;
    int at = offset;
    if (place == Place.AFTER_CR && at < end) {
      at = endLine(content, at);
      runStart = at;
      give(CRLF, 0, CRLF.length);
    }
    while (at < end) {
      if (place == Place.LINE_START && content[at] == '.') {
        give(content, runStart, at);
        runStart = at;
        give(DOT, 0, DOT.length);
      }
      at = place == Place.AFTER_CR ? endLine(content, at) : readText(content, at, end);
    }
    // A CR at the end waits for its LF, so that none leaves alone.
    give(content, runStart, place == Place.AFTER_CR ? end - 1 : end);
  }

  /**
   * Ends the data.
   *
   * @throws IllegalArgumentException when the content ended with a CR
   */
  public void finish() {
    requireOpen();
    if (place == Place.AFTER_CR) {
      throw bare("CR");
    }
    byte[] ending = place == Place.LINE_START ? FINAL_DOT : CRLF_AND_FINAL_DOT;
    place = Place.END;
    give(ending, 0, ending.length);
  }

  private int readText(byte[] content, int from, int end) {
    place = Place.IN_LINE;
    int at = from;
    while (at < end && content[at] != '\r') {
      if (content[at] == '\n') {
        throw bare("LF");
      }
      at++;
    }
    if (at == end) {
      return end;
    }
    place = Place.AFTER_CR;
    return at + 1;
  }

  private int endLine(byte[] content, int at) {
    if (content[at] != '\n') {
      throw bare("CR");
    }
    place = Place.LINE_START;
    return at + 1;
  }

  private void give(byte[] octets, int from, int to) {
    if (to > from) {
      sink.accept(octets, from, to - from);
    }
  }

  private IllegalArgumentException bare(String what) {
    place = Place.END;
    return new IllegalArgumentException(
        "content has a bare " + what + ", which must not be sent; lines end with CRLF");
  }

  private void requireOpen() {
    if (place == Place.END) {
      throw new IllegalStateException("the data has ended");
    }
  }
}
