package io.hybridtls.agent.activation;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Takes one connection, says its replies, and then speaks TLS if it has a certificate. */
final class ScriptedListener implements AutoCloseable {

  private final ServerSocket server;

  private ScriptedListener(List<String> replies, SSLContext tls, boolean wantsClientCertificate)
      throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(() -> serve(replies, tls, wantsClientCertificate), "scripted-listener");
    thread.setDaemon(true);
    thread.start();
  }

  /** The first reply is the greeting; before each other one a line is read. */
  static ScriptedListener presenting(
      HeldCertificate held, boolean wantsClientCertificate, String... replies) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("mail", held.key(), new char[0], held.chain().toArray(Certificate[]::new));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return new ScriptedListener(List.of(replies), tls, wantsClientCertificate);
  }

  ListenerTarget target(boolean implicit) {
    return new ListenerTarget(
        "mx", new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), implicit);
  }

  /** The same, as a listener that is bound to all addresses names itself. */
  ListenerTarget wildcardTarget() {
    return new ListenerTarget("mx", new InetSocketAddress(server.getLocalPort()), false);
  }

  private void serve(List<String> replies, SSLContext tls, boolean wantsClientCertificate) {
    try (Socket socket = server.accept()) {
      for (int i = 0; i < replies.size(); i++) {
        if (i > 0) {
          readLine(socket.getInputStream());
        }
        socket.getOutputStream().write(replies.get(i).getBytes(StandardCharsets.US_ASCII));
      }
      try (SSLSocket secure =
          (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), false)) {
        secure.setUseClientMode(false);
        secure.setNeedClientAuth(wantsClientCertificate);
        secure.startHandshake();
      }
    } catch (IOException e) {
      // the client's side of the conversation is what the test looks at
    }
  }

  private static void readLine(InputStream in) throws IOException {
    int next = in.read();
    while (next >= 0 && next != '\n') {
      next = in.read();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
