package io.hybridtls.smtp.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reads replies (RFC 5321, section 4.2) for no more than their codes. */
final class ReplyCodes {

  private static final int CODE_DIGITS = 3;

  private final byte[] line = new byte[512];
  private int length;

  /** The code of the next whole reply in {@code input}; 0 when none has arrived. */
  int next(ByteBuf input) {
    while (input.isReadable()) {
      byte octet = input.readByte();
      if (octet != '\n') {
        line[Math.min(length++, line.length - 1)] = octet;
        continue;
      }
      boolean last = length <= CODE_DIGITS || line[CODE_DIGITS] != '-';
      length = 0;
      if (last) {
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
      }
    }
    return 0;
  }

  /** The line that was read last, for a message to a person. */
  String lastLine() {
    return new String(line, StandardCharsets.US_ASCII).lines().findFirst().orElse("").strip();
  }
}
