package io.hybridtls.agent.demo;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A mail client with the Java runtime's TLS, which trusts the demo's CA and nobody else. */
final class DemoClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int DIGITS = 3;

  private final SSLSocket socket;
  private final BufferedReader in;
  private final OutputStream out;

  private DemoClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = reader(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Connects, says STARTTLS, verifies the server by {@code root}, and introduces itself. */
  static DemoClient startTls(InetSocketAddress server, String name, X509Certificate root)
      throws IOException {
    Socket plain = new Socket();
    plain.connect(server, TIMEOUT_MILLIS);
    plain.setSoTimeout(TIMEOUT_MILLIS);
    BufferedReader in = reader(plain.getInputStream());
    expect("220", readReply(in));
    plain.getOutputStream().write(line("EHLO client.demo.example"));
    expect("250", readReply(in));
    plain.getOutputStream().write(line("STARTTLS"));
    expect("220", readReply(in));
    try {
      SSLSocket tls =
          (SSLSocket)
              trusting(root)
                  .getSocketFactory()
                  .createSocket(plain, name, plain.getPort(), /* autoClose= */ true);
      tls.startHandshake();
      DemoClient client = new DemoClient(tls);
      expect("250", client.command("EHLO client.demo.example"));
      return client;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** The serial number of the certificate that the server presented. */
  String serverSerial() throws IOException {
    return HeldCertificate.serialOf((X509Certificate) socket.getSession().getPeerCertificates()[0]);
  }

  String protocol() {
    return socket.getSession().getProtocol();
  }

  /** Sends one message; the reply to it is the promise that it is safe. */
  String send(String from, String to, String subject) throws IOException {
    expect("250", command("MAIL FROM:<" + from + ">"));
    expect("250", command("RCPT TO:<" + to + ">"));
    expect("354", command("DATA"));
    String message =
        String.join(
            "\r\n",
            "From: <" + from + ">",
            "To: <" + to + ">",
            "Subject: " + subject,
            "",
            "This was sent by hybridtls demo.",
            ".");
    return expect("250", command(message));
  }

  /** Says one line and returns the reply's last line. */
  String command(String line) throws IOException {
    out.write(line(line));
    out.flush();
    return readReply(in);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static String expect(String code, String reply) throws IOException {
    if (!reply.startsWith(code)) {
      throw new IOException("expected " + code + ", but was told: " + reply);
    }
    return reply;
  }

  private static String readReply(BufferedReader in) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.length() <= DIGITS || line.charAt(DIGITS) != '-') {
        return line;
      }
    }
    throw new IOException("the server closed the connection");
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
  }

  private static byte[] line(String text) {
    return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static SSLContext trusting(X509Certificate root)
      throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
