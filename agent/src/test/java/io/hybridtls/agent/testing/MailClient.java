package io.hybridtls.agent.testing;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A mail client with the Java runtime's TLS. Blocks; for one thread. */
public final class MailClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int DIGITS = 3;
  private static final String HELLO = "EHLO client.contoso.example";

  private final Socket socket;
  private final BufferedReader in;

  private MailClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** Connects in plain text and introduces itself. */
  public static MailClient plain(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(server, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      MailClient client = new MailClient(socket);
      client.expect("220");
      client.say("250", HELLO);
      return client;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects, says STARTTLS, verifies the server's certificate, and introduces itself again. */
  public static MailClient startTls(InetSocketAddress server, String name, X509Certificate root)
      throws IOException {
    MailClient plain = plain(server);
    try {
      plain.say("220", "STARTTLS");
      MailClient client = new MailClient(secure(plain.socket, name, root));
      client.say("250", HELLO);
      return client;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** Connects with TLS from the first byte, verifies the server, and introduces itself. */
  public static MailClient implicitTls(InetSocketAddress server, String name, X509Certificate root)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(server, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      MailClient client = new MailClient(secure(socket, name, root));
      client.expect("220");
      client.say("250", HELLO);
      return client;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The serial number of the certificate that the server presented, as {@code status} shows it. */
  public String serverSerial() throws IOException {
    return HeldCertificate.serialOf(
        (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0]);
  }

  /**
   * Sends one message.
   *
   * @param content header and body, with CRLF at the end of each line, and no line with a dot alone
   * @return the reply that promises that it is safe
   */
  public String send(String from, String to, String content) throws IOException {
    begin(from, to);
    write(content);
    return say("250", ".");
  }

  /** Goes as far as DATA, and has leave to send the message. */
  public void begin(String from, String to) throws IOException {
    say("250", "MAIL FROM:<" + from + ">");
    say("250", "RCPT TO:<" + to + ">");
    say("354", "DATA");
  }

  /** Says one line, and fails unless the reply begins with {@code code}. */
  public String say(String code, String line) throws IOException {
    write(line + "\r\n");
    return expect(code);
  }

  public void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads a reply and gives its last line; fails unless it begins with {@code code}. */
  public String expect(String code) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.length() <= DIGITS || line.charAt(DIGITS) != '-') {
        if (!line.startsWith(code)) {
          throw new IOException("expected " + code + ", but was told: " + line);
        }
        return line;
      }
    }
    throw new IOException("the server closed the connection");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static SSLSocket secure(Socket socket, String name, X509Certificate root)
      throws IOException {
    SSLSocket tls =
        (SSLSocket)
            trusting(root)
                .getSocketFactory()
                .createSocket(socket, name, socket.getPort(), /* autoClose= */ true);
    var parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  private static SSLContext trusting(X509Certificate root) throws IOException {
    try {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, null);
      roots.setCertificateEntry("root", root);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(roots);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
