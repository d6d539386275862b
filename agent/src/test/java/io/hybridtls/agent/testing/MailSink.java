package io.hybridtls.agent.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A host that takes mail in plain text, one thread a connection, and answers each message as the
 * test says.
 */
public final class MailSink implements AutoCloseable {

  /** In place of a reply: the connection ends without one. */
  public static final String HANG_UP = "";

  private final Function<String, String> answers;
  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private MailSink(Function<String, String> answers, ServerSocket listener) {
    this.answers = answers;
    this.listener = listener;
  }

  /**
   * Listens on a free port.
   *
   * @param answers gives the reply to a message, or {@link #HANG_UP}; called by several threads
   */
  public static MailSink start(Function<String, String> answers) throws IOException {
    MailSink sink =
        new MailSink(answers, new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
    sink.threads.execute(sink::accept);
    return sink;
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
    threads.shutdown();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        threads.execute(() -> serve(connection));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = connection.getOutputStream();
      say(out, "220 sink.fabrikam.example");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String reply = line.equals("DATA") ? take(in, out) : "250 OK";
        if (reply.equals(HANG_UP) || line.equals("QUIT")) {
          return;
        }
        say(out, reply);
      }
    } catch (IOException e) {
      return; // the client went away, as killed ones do
    } finally {
      connections.remove(connection);
    }
  }

  private String take(BufferedReader in, OutputStream out) throws IOException {
    say(out, "354 go ahead");
    StringBuilder message = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(".")) {
        return answers.apply(message.toString());
      }
      message.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return HANG_UP;
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }
}
