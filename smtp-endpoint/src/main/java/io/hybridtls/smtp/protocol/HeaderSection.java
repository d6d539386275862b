package io.hybridtls.smtp.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The header section in front of a message (RFC 5322, section 2.1): everything up to the first
 * empty line, or all of it when there is none. Looks at the array it is given and keeps no copy.
 */
public final class HeaderSection {

  private final byte[] content;
  private final int end;

  private HeaderSection(byte[] content, int end) {
    this.content = content;
    this.end = end;
  }

  /**
   * Finds the header section of a message.
   *
   * @param content the message, or as much of its beginning as is at hand; CRLF line ends
   * @param length how many octets of {@code content} to look at
   */
  public static HeaderSection of(byte[] content, int length) {
    int line = 0;
    while (line < length && content[line] != '\r') {
      line = nextLine(content, line, length);
    }
    return new HeaderSection(content, line);
  }

  /** Octets of the header section, the empty line not among them. */
  public int length() {
    return end;
  }

  /** How many fields of that name there are, in any case; the name without its colon. */
  public int count(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    int count = 0;
    for (int line = 0; line < end; line = nextLine(content, line, end)) {
      if (isField(line, wanted)) {
        count++;
      }
    }
    return count;
  }

  /** White space before the colon is obsolete syntax that is still to be read (section 4.5). */
  private boolean isField(int line, byte[] name) {
    int at = line;
    for (byte letter : name) {
      if (at >= end || lower(content[at]) != lower(letter)) {
        return false;
      }
      at++;
    }
    while (at < end && (content[at] == ' ' || content[at] == '\t')) {
      at++;
    }
    return at < end && content[at] == ':';
  }

  private static int nextLine(byte[] content, int from, int length) {
    int at = from;
    while (at < length && content[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, length);
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }
}
