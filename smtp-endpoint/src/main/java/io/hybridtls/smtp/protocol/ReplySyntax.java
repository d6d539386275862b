package io.hybridtls.smtp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Replies as they go onto the wire. */
final class ReplySyntax {

  /** RFC 5321, section 4.5.3.1.5: 512 octets with the CRLF. */
  private static final int MAX_LINE = 510;

  private ReplySyntax() {}

  /** Every line with code and status (RFC 2034, section 3), all but the last with a hyphen. */
  static byte[] encode(SmtpReply reply) {
    String status = reply.status().map(s -> s + " ").orElse("");
    int most = MAX_LINE - "250 ".length() - status.length();
    List<String> lines = new ArrayList<>(reply.lines().size());
    reply.lines().forEach(line -> addPieces(Ascii.printable(line), most, lines));
    StringBuilder wire = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      char separator = i < lines.size() - 1 ? '-' : ' ';
      wire.append(reply.code()).append(separator).append(status).append(lines.get(i));
      wire.append("\r\n");
    }
    return wire.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void addPieces(String line, int most, List<String> pieces) {
    String rest = line;
    while (rest.length() > most) {
      pieces.add(rest.substring(0, most));
      rest = rest.substring(most);
    }
    pieces.add(rest);
  }
}
