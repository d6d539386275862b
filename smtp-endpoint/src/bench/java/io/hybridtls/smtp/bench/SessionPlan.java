package io.hybridtls.smtp.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * What every session of a load says, to either server in the same words: EHLO, STARTTLS, the
 * handshake, EHLO, the messages, QUIT. Sender, recipient and DATA go in one flight, together with
 * the content of the message before (RFC 2920).
 *
 * @param messages in each session; none for a session that is only there for its handshake
 */
record SessionPlan(int port, LoadTls tls, int messages, String recipientDomain) {

  static final int MESSAGE_OCTETS = 4_096;

  private static final int LINE_OCTETS = 72;
  private static final String CRLF = "\r\n";

  static final ByteBuf HELLO = shared("EHLO client.contoso.example" + CRLF);
  static final ByteBuf START_TLS = shared("STARTTLS" + CRLF);
  static final ByteBuf QUIT = shared("QUIT" + CRLF);
  static final ByteBuf CONTENT = shared(content());

  ByteBuf envelope() {
    return shared(
        "MAIL FROM:<sender@contoso.example>"
            + CRLF
            + "RCPT TO:<recipient@"
            + recipientDomain
            + ">"
            + CRLF
            + "DATA"
            + CRLF);
  }

  private static String content() {
    StringBuilder text =
        new StringBuilder()
            .append("From: Sender <sender@contoso.example>\r\n")
            .append("To: Recipient <recipient@cloud.example>\r\n")
            .append("Subject: One of many\r\n")
            .append("Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n")
            .append("Message-ID: <load@contoso.example>\r\n\r\n");
    while (text.length() < MESSAGE_OCTETS) {
      int room = Math.min(LINE_OCTETS, Math.max(MESSAGE_OCTETS - text.length() - 2, 0));
      text.append("x".repeat(room)).append(CRLF);
    }
    return text + "." + CRLF;
  }

  private static ByteBuf shared(String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(octets.length).writeBytes(octets).asReadOnly());
  }
}
