package io.hybridtls.smtp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a server's replies line by line (RFC 5321, section 4.2), as tolerantly as that section asks
 * a client to be: the text may be missing, and so may the space before it; any code from 200 to 599
 * will do, since its first digit decides. When the lines of a reply disagree, the last one counts.
 * Used by one thread at a time; ready for the next reply whenever one is complete.
 */
public final class ReplyParser {

  /** The longest line with its CRLF that is to be read; section 4.5.3.1.5 asks for 512. */
  public static final int MAX_LINE = 4_096;

  /** The most lines that one reply may have. */
  public static final int MAX_LINES = 256;

  private static final int CODE_LENGTH = 3;

  private final List<String> texts = new ArrayList<>();

  /**
   * Takes a line.
   *
   * @param line without its CRLF
   * @return the reply that it completes, if it is the last line of one
   * @throws MalformedReplyException when it is not a line of a reply, or the reply is too long; the
   *     connection is to be closed
   */
  public Optional<SmtpReply> line(byte[] line) throws MalformedReplyException {
    if (line.length > MAX_LINE - 2 || texts.size() == MAX_LINES) {
      throw new MalformedReplyException(
          "reply with more than " + MAX_LINES + " lines or " + MAX_LINE + " octets in a line");
    }
    String text = Ascii.printable(new String(line, StandardCharsets.ISO_8859_1));
    int code = codeOf(text);
    texts.add(text.length() > CODE_LENGTH ? text.substring(CODE_LENGTH + 1) : "");
    if (text.startsWith("-", CODE_LENGTH)) {
      return Optional.empty();
    }
    SmtpReply reply = replyOf(code, List.copyOf(texts));
    texts.clear();
    return Optional.of(reply);
  }

  private static int codeOf(String text) throws MalformedReplyException {
    boolean code =
        text.length() >= CODE_LENGTH
            && text.charAt(0) >= '2'
            && text.charAt(0) <= '5'
            && Ascii.isDigit(text.charAt(1))
            && Ascii.isDigit(text.charAt(2));
    boolean separated =
        text.length() <= CODE_LENGTH
            || text.charAt(CODE_LENGTH) == ' '
            || text.charAt(CODE_LENGTH) == '-';
    if (!code || !separated) {
      throw new MalformedReplyException("not a line of a reply: \"" + abbreviated(text) + "\"");
    }
    return Integer.parseInt(text.substring(0, CODE_LENGTH));
  }

  /** RFC 2034, section 3: the status stands in front of the text of every line. */
  private static SmtpReply replyOf(int code, List<String> texts) {
    Optional<EnhancedStatus> status =
        texts.stream()
            .flatMap(text -> EnhancedStatus.inFrontOf(text).stream())
            .reduce((earlier, later) -> later);
    String prefix = status.map(EnhancedStatus::toString).orElse("");
    return new SmtpReply(
        code, status, texts.stream().map(text -> withoutStatus(text, prefix)).toList());
  }

  private static String withoutStatus(String text, String prefix) {
    if (prefix.isEmpty() || !text.startsWith(prefix)) {
      return text;
    }
    String rest = text.substring(prefix.length());
    return rest.isEmpty() || rest.startsWith(" ") ? rest.stripLeading() : text;
  }

  private static String abbreviated(String text) {
    int most = 80;
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }
}
