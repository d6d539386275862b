package io.hybridtls.smtp.tls;

import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Contexts for handshakes with one implicit-TLS listener that are not about mail: those in which
 * the client offers another protocol, and that alone, by ALPN (RFC 7301). Such a handshake is all
 * that there is of its connection. Safe for any thread.
 */
public final class ProtocolContexts {

  private record Wish(String protocol, String serverName) {

    /** Server names are compared without regard to case (RFC 6066, section 3). */
    static Wish of(String protocol, String serverName) {
      return new Wish(protocol, serverName.toLowerCase(Locale.ROOT));
    }
  }

  private final Map<Wish, SslContext> contexts = new ConcurrentHashMap<>();

  /**
   * Answers from now on for {@code protocol} and {@code serverName}.
   *
   * @return false when there is another answer already, which stays
   */
  public boolean offer(String protocol, String serverName, SslContext context) {
    return contexts.putIfAbsent(Wish.of(protocol, serverName), context) == null;
  }

  /** Answers no more; nothing happens when it did not. */
  public void withdraw(String protocol, String serverName) {
    contexts.remove(Wish.of(protocol, serverName));
  }

  /** Whether nothing is offered, so that nobody need look what a client wishes. */
  public boolean isEmpty() {
    return contexts.isEmpty();
  }

  /** The answer to {@code hello}; empty when it is about mail, as all are that are not offered. */
  public Optional<SslContext> find(ClientHello hello) {
    List<String> protocols = hello.protocols();
    return protocols.size() == 1
        ? hello.serverName().map(name -> contexts.get(Wish.of(protocols.get(0), name)))
        : Optional.empty();
  }
}
