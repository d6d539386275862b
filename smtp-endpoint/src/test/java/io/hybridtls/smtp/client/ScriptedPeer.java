package io.hybridtls.smtp.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A next hop that does as it is told: each connection follows the script given for its turn, and
 * the last script serves all that come after. Everything received is kept.
 */
final class ScriptedPeer implements AutoCloseable {

  /** What to do with one connection; it is closed afterwards. */
  interface Script {
    void run(Line line) throws IOException;
  }

  private final ServerSocket server;
  private final List<Script> scripts;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private ScriptedPeer(Script... scripts) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.scripts = List.of(scripts);
    Thread thread = new Thread(this::accept, "scripted-peer");
    thread.setDaemon(true);
    thread.start();
  }

  static ScriptedPeer following(Script... scripts) throws IOException {
    return new ScriptedPeer(scripts);
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Command lines, in the order in which they came. */
  List<String> received() {
    return received;
  }

  /** Contents between DATA and the final dot, dots still stuffed. */
  List<String> messages() {
    return messages;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Greets, and takes every message until QUIT. */
  static void serve(Line line, String... extensions) throws IOException {
    line.say("220 peer.example");
    line.answerEhlo(extensions);
    line.takeMail();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        int turn = connections.getAndIncrement();
        Script script = scripts.get(Math.min(turn, scripts.size() - 1));
        Thread thread = new Thread(() -> follow(script, socket), "scripted-peer-" + turn);
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void follow(Script script, Socket socket) {
    try (socket) {
      Line line = new Line(socket);
      script.run(line);
      line.close();
    } catch (IOException e) {
      received.add("(lost: " + e.getMessage() + ")");
    }
  }

  /** One connection, as its script sees it. */
  final class Line {

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private Line(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Sends lines in one flight. */
    void say(String... lines) throws IOException {
      out.write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** Reads a command; {@code (end)} when the client has closed. */
    String hear() throws IOException {
      String line = readLine();
      received.add(line);
      return line;
    }

    void hear(String expected) throws IOException {
      String line = hear();
      if (!line.startsWith(expected)) {
        throw new IOException("expected " + expected + " but got " + line);
      }
    }

    void answerEhlo(String... extensions) throws IOException {
      hear("EHLO");
      List<String> reply = new ArrayList<>(List.of("250-peer.example"));
      for (String extension : extensions) {
        reply.add("250-" + extension);
      }
      reply.add("250 HELP");
      say(reply.toArray(String[]::new));
    }

    void startTls(SSLContext context, boolean demandCertificate) throws IOException {
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
      tls.setUseClientMode(false);
      tls.setNeedClientAuth(demandCertificate);
      tls.startHandshake();
      socket = tls;
      in = new BufferedInputStream(tls.getInputStream());
      out = tls.getOutputStream();
    }

    /** Name of the client's certificate. */
    String clientCertificate() throws IOException {
      return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
    }

    /** Answers commands as a server does that likes everything. */
    void takeMail() throws IOException {
      String command = hear();
      while (!command.equals("(end)")) {
        if (command.equals("QUIT")) {
          say("221 bye");
          return;
        } else if (command.equals("DATA")) {
          say("354 go on");
          hearMessage();
          say("250 2.0.0 taken");
        } else {
          say("250 ok");
        }
        command = hear();
      }
    }

    void hearMessage() throws IOException {
      StringBuilder message = new StringBuilder();
      String line = readLine();
      while (!line.equals(".") && !line.equals("(end)")) {
        message.append(line).append("\r\n");
        line = readLine();
      }
      messages.add(line.equals(".") ? message.toString() : message + "(end)");
    }

    private String readLine() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int octet = in.read();
      while (octet >= 0 && octet != '\n') {
        line.write(octet);
        octet = in.read();
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      return octet < 0 ? "(end)" : text.substring(0, text.length() - 1);
    }

    private void close() throws IOException {
      socket.close();
    }
  }
}
