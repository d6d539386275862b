package io.hybridtls.agent.est;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the connections of one conversation, which all end with it: a server that sends a byte now
 * and then is not listened to for longer than the whole may take. For one thread.
 */
final class TimedSockets extends SSLSocketFactory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TimedSockets.class);

  private final SSLSocketFactory tls;
  private final InstantSource clock;
  private final Duration limit;
  private final int connectMillis;
  private final Instant end;
  private final List<Socket> made = new ArrayList<>();

  /**
   * @param limit for the conversation, which begins now
   * @param connect for each connection to be there
   */
  TimedSockets(SSLSocketFactory tls, Duration limit, Duration connect, InstantSource clock) {
    this.tls = tls;
    this.clock = clock;
    this.limit = limit;
    this.connectMillis = Math.toIntExact(connect.toMillis());
    this.end = clock.instant().plus(limit);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    requireTime();
    Socket plain = new TimedSocket();
    made.add(plain);
    plain.connect(new InetSocketAddress(host, port), connectMillis);
    return tls.createSocket(plain, host, port, true);
  }

  /** Ends what is still open. */
  @Override
  public void close() {
    for (Socket socket : made) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("a connection did not end in order", e);
      }
    }
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose) {
    throw onlyByName();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw onlyByName();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw onlyByName();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw onlyByName();
  }

  private static UnsupportedOperationException onlyByName() {
    return new UnsupportedOperationException("a server is reached by its name and port");
  }

  private void requireTime() throws SocketTimeoutException {
    if (!clock.instant().isBefore(end)) {
      throw new SocketTimeoutException(
          "the conversation has not come to its end within " + limit.toMinutes() + " minutes");
    }
  }

  private final class TimedSocket extends Socket {

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          requireTime();
          return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          requireTime();
          return super.read(into, offset, length);
        }
      };
    }
  }
}
