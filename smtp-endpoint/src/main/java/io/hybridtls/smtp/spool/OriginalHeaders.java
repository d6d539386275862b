package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The header section that a bounce returns to the sender (RFC 6522, section 4). */
final class OriginalHeaders {

  private static final int MAX_BYTES = 32 << 10;
  private static final String END = "\r\n\r\n";

  private OriginalHeaders() {}

  /**
   * Reads the header section of a message, or as many whole lines as fit in 32 KiB.
   *
   * @return lines with CRLF, one character an octet
   */
  static String read(InputStream body) throws IOException {
    String start = new String(body.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\r\n")) {
      return "";
    }
    int end = start.indexOf(END);
    if (end < 0) {
      end = start.lastIndexOf("\r\n");
    }
    return end < 0 ? "" : start.substring(0, end + 2);
  }
}
