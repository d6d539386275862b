package io.hybridtls.agent.est;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.est.ESTResponse;
import org.bouncycastle.est.Source;

/**
 * An answer that has been read to its end. What a successful one carries is DER from here on: EST
 * has it in Base64 and says so in a field that HTTP does not know (RFC 7030, section 4.1.3), which
 * RFC 8951, section 3, has done away with. Bouncy Castle goes by that field, and minds a body that
 * nobody has read.
 */
final class WholeAnswer extends ESTResponse {

  private static final int OK = 200;
  private static final int DER_SEQUENCE = 0x30;

  /** More than anybody wants to read of what a server says when it refuses. */
  private static final int MAX_WORDS = 1000;

  private final Optional<String> words;

  private WholeAnswer(ESTResponse answer, byte[] body, Optional<String> words) throws IOException {
    super(answer.getOriginalRequest(), new Octets(answer.getSource(), spelled(answer, body)));
    this.words = words;
  }

  /** Reads what is still to come of {@code answer}, and ends its connection. */
  static WholeAnswer of(ESTResponse answer) throws IOException {
    if (answer instanceof WholeAnswer whole) {
      return whole;
    }
    try {
      return answer.getStatusCode() == OK
          ? new WholeAnswer(answer, der(body(answer, Integer.MAX_VALUE)), Optional.empty())
          : new WholeAnswer(answer, new byte[0], words(answer));
    } finally {
      answer.getSource().close();
    }
  }

  /** What a refusal says to people (RFC 7030, section 4.2.3), on one line. */
  Optional<String> words() {
    return words;
  }

  /** Whether it is a success without anything in it, which Bouncy Castle trips over. */
  boolean isEmpty() {
    return getStatusCode() == OK && getContentLength() == 0;
  }

  @Override
  public void close() throws IOException {
    getSource().close();
  }

  /** No more than is announced: the server may wait for us to end the connection. */
  private static byte[] body(ESTResponse answer, int limit) throws IOException {
    Long announced = answer.getContentLength();
    InputStream in = answer.getInputStream();
    return in.readNBytes(announced == null ? limit : (int) Math.min(announced, limit));
  }

  private static byte[] der(byte[] body) {
    if (body.length > 0 && body[0] == DER_SEQUENCE) {
      return body;
    }
    try {
      return Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      return body; // and whoever reads it says that it is no message
    }
  }

  private static Optional<String> words(ESTResponse answer) throws IOException {
    if (!type(answer).startsWith("text/plain")) {
      return Optional.empty();
    }
    String text = new String(body(answer, MAX_WORDS), StandardCharsets.UTF_8);
    return Optional.of(text.replaceAll("\\p{Cntrl}+", " ").strip())
        .filter(spoken -> !spoken.isEmpty());
  }

  /** Names of types have no case (RFC 9110, section 8.3.1). */
  private static String type(ESTResponse answer) {
    return answer.getHeaderOrEmpty("Content-Type").toLowerCase(Locale.ROOT);
  }

  private static InputStream spelled(ESTResponse answer, byte[] body) {
    String head =
        "HTTP/1.1 "
            + answer.getStatusCode()
            + " \r\nContent-Type: "
            + type(answer)
            + "\r\nRetry-After: "
            + answer.getHeaderOrEmpty("Retry-After")
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return new SequenceInputStream(
        new ByteArrayInputStream(head.getBytes(StandardCharsets.ISO_8859_1)),
        new ByteArrayInputStream(body));
  }

  /** What was read from {@code connection}. */
  private record Octets(Source<?> connection, InputStream getInputStream)
      implements Source<Object> {
    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public Object getSession() {
      return connection.getSession();
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
