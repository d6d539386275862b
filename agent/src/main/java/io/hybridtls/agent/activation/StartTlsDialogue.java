package io.hybridtls.agent.activation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The few lines of SMTP that come before a handshake (RFC 3207, section 4). */
final class StartTlsDialogue {

  /** More than a server may send in one line (RFC 5321, section 4.5.3.1.5), extensions included. */
  private static final int MAX_LINE = 2_048;

  private static final int MAX_LINES = 100;

  private final InputStream in;
  private final OutputStream out;

  private StartTlsDialogue(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  static StartTlsDialogue over(Socket socket) throws IOException {
    return new StartTlsDialogue(socket.getInputStream(), socket.getOutputStream());
  }

  /**
   * Greets and asks for TLS; the next byte either way belongs to the handshake.
   *
   * @throws IOException when the server does not go along; the message has its reply
   */
  void run() throws IOException {
    expect("220", "greeting");
    send("EHLO localhost");
    expect("250", "EHLO");
    send("STARTTLS");
    expect("220", "STARTTLS");
  }

  private void send(String command) throws IOException {
    out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private void expect(String code, String after) throws IOException {
    String line = readLine();
    for (int lines = 1; isContinued(line) && lines < MAX_LINES; lines++) {
      line = readLine();
    }
    if (!line.startsWith(code)) {
      throw new IOException("unexpected reply to " + after + ": " + line);
    }
  }

  private static boolean isContinued(String line) {
    return line.length() > 3 && line.charAt(3) == '-';
  }

  /** Byte by byte: what follows the line may not be taken from the handshake. */
  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new IOException(
            "the connection was closed" + (line.isEmpty() ? "" : " after " + line));
      }
      if (line.length() == MAX_LINE) {
        throw new IOException("a line of the server is longer than " + MAX_LINE + " characters");
      }
      line.append((char) next);
      next = in.read();
    }
    return line.toString().stripTrailing();
  }
}
