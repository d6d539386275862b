package io.hybridtls.smtp.inbound;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Takes cross-premises header fields out of messages whose sender may not state them: Exchange
 * believes what they say about authentication and spam, so a stranger who could keep them could
 * forge both.
 */
public final class HeaderFirewall {

  private static final List<String> GUARDED_PREFIXES =
      List.of("x-ms-exchange-organization-", "x-ms-exchange-crosspremises-");

  private HeaderFirewall() {}

  /**
   * Copies a header section without the guarded fields.
   *
   * @param header fields with CRLF line ends, with or without the empty line that ends the section
   */
  public static byte[] strip(byte[] header) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(header.length);
    boolean dropping = false;
    int start = 0;
    while (start < header.length) {
      int end = endOfLine(header, start);
      boolean continuation = header[start] == ' ' || header[start] == '\t';
      if (!continuation) {
        dropping = isGuarded(header, start, end);
      }
      if (!dropping) {
        kept.write(header, start, end - start);
      }
      start = end;
    }
    return kept.toByteArray();
  }

  private static int endOfLine(byte[] header, int start) {
    int i = start;
    while (i < header.length && header[i] != '\n') {
      i++;
    }
    return Math.min(i + 1, header.length);
  }

  private static boolean isGuarded(byte[] header, int start, int end) {
    String line =
        new String(header, start, Math.min(end - start, 64), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return GUARDED_PREFIXES.stream().anyMatch(line::startsWith);
  }
}
