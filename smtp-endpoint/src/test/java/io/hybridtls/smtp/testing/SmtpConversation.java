package io.hybridtls.smtp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A blocking SMTP client that says exactly what a test tells it, over a real socket. Every wait
 * ends after ten seconds with an exception. Used by one thread.
 */
public final class SmtpConversation implements AutoCloseable {

  /** What {@link #reply} gives when the server has ended the connection. */
  public static final String CLOSED = "(closed)";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String HOST = "mail.contoso.example";

  private Socket socket;

  private SmtpConversation(Socket socket) {
    this.socket = socket;
  }

  /** Connects and says nothing; the greeting is the first reply. */
  public static SmtpConversation connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(address, Math.toIntExact(LIMIT.toMillis()));
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    return new SmtpConversation(socket);
  }

  /** Connects, reads the greeting, and says EHLO. */
  public static SmtpConversation greeted(InetSocketAddress address) throws IOException {
    SmtpConversation conversation = connect(address);
    conversation.expect("220", conversation.reply());
    conversation.expect("250", conversation.command("EHLO client.example"));
    return conversation;
  }

  /** Connects, begins TLS by STARTTLS, and says EHLO again. */
  public static SmtpConversation secured(InetSocketAddress address, TlsClient tls)
      throws IOException {
    SmtpConversation conversation = greeted(address);
    conversation.startTls(tls);
    conversation.expect("250", conversation.command("EHLO client.example"));
    return conversation;
  }

  /** Connects, begins TLS with the first byte, reads the greeting, and says EHLO. */
  public static SmtpConversation implicit(InetSocketAddress address, TlsClient tls)
      throws IOException {
    SmtpConversation conversation = connect(address);
    conversation.handshake(tls);
    conversation.expect("220", conversation.reply());
    conversation.expect("250", conversation.command("EHLO client.example"));
    return conversation;
  }

  /** Each line with its CRLF, to be written at once. */
  public static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  /** Sends a line with its CRLF, and reads the reply. */
  public String command(String line) throws IOException {
    write(line + "\r\n");
    return reply();
  }

  /** Sends octets as they are, one for each character. */
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  public void write(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
    socket.getOutputStream().flush();
  }

  /**
   * Reads a whole reply: its lines without CRLF, joined by a line feed; {@link #CLOSED} when the
   * connection ended instead.
   */
  public String reply() throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = line();
      if (line.equals(CLOSED)) {
        return CLOSED;
      }
      lines.add(line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return String.join("\n", lines);
      }
    }
  }

  /** Sends STARTTLS, expects a 220, and shakes hands. */
  public void startTls(TlsClient tls) throws IOException {
    expect("220", command("STARTTLS"));
    handshake(tls);
  }

  /** Shakes hands on the connection as it is. */
  public void handshake(TlsClient tls) throws IOException {
    socket = tls.secure(socket, HOST);
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
  }

  /** Sends one message command by command, and gives the last reply. */
  public String send(String sender, String recipient, String content) throws IOException {
    expect("250", command("MAIL FROM:<" + sender + ">"));
    String permitted = command("RCPT TO:<" + recipient + ">");
    if (!permitted.startsWith("250")) {
      return permitted;
    }
    expect("354", command("DATA"));
    write(content);
    return command(".");
  }

  /** What the handshake agreed on. */
  public SSLSession tls() {
    return ((SSLSocket) socket).getSession();
  }

  /** Sends close_notify (or FIN without TLS), and keeps reading. */
  public void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** The socket underneath, TLS included. */
  public Socket socket() {
    return socket;
  }

  /** Closes the connection in the middle of the test. */
  public void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    hangUp();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int octet = socket.getInputStream().read();
      while (octet >= 0 && octet != '\n') {
        line.write(octet);
        octet = socket.getInputStream().read();
      }
      return octet < 0 ? CLOSED : line.toString(ISO_8859_1).stripTrailing();
    } catch (SocketException e) {
      return CLOSED; // reset
    }
  }

  private void expect(String code, String reply) {
    if (!reply.startsWith(code)) {
      throw new IllegalStateException("expected " + code + ", but the server said: " + reply);
    }
  }
}
