package io.hybridtls.agent.tlsalpn;

import io.hybridtls.smtp.tls.ProtocolContexts;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses where tls-alpn-01 is answered. One where mail is taken with implicit TLS is shared
 * with it. Each other one is listened on while there is something to prove, and free at all other
 * times; issuers may share one. Safe for any thread.
 */
public final class TlsAlpnListeners {

  private static final Logger LOG = LoggerFactory.getLogger(TlsAlpnListeners.class);

  private final Function<InetSocketAddress, Optional<ProtocolContexts>> shared;
  private final Map<InetSocketAddress, TlsAlpnListener> open = new HashMap<>();
  private final Map<Answer, Lent> lent = new HashMap<>();

  private record Answer(InetSocketAddress address, String host) {}

  private record Lent(ProtocolContexts mail, SslContext proof) {}

  /**
   * @param shared where to answer at an address that is listened on for mail already; asked at each
   *     answer, since a reload may change it
   */
  public TlsAlpnListeners(Function<InetSocketAddress, Optional<ProtocolContexts>> shared) {
    this.shared = shared;
  }

  /** An answer that is given until it is closed; closing the last one frees the address. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Two orders prove one name at the same time, and a host can show one certificate only. */
  public static final class NameTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    NameTakenException(String host) {
      super("another order is proving " + host + " by tls-alpn-01 at this moment");
    }
  }

  /**
   * Shows {@code proof} to whoever asks for {@code host} at {@code address}.
   *
   * @throws NameTakenException while another answer for {@code host} is registered
   * @throws IOException when the address cannot be bound; the message names it and the remedy
   */
  public synchronized Registration answer(InetSocketAddress address, String host, SslContext proof)
      throws IOException {
    Optional<ProtocolContexts> mail = shared.apply(address);
    if (mail.isPresent()) {
      share(mail.get(), address, host, proof);
    } else {
      listen(address, host, proof);
    }
    return () -> withdraw(address, host);
  }

  /** What listens at addresses, perhaps for the first time. */
  @FunctionalInterface
  public interface Change {
    void run() throws IOException;
  }

  /**
   * Keeps out of the way of {@code change}, which may bind {@code addresses}, and free others. What
   * was answered at either is answered again when it has ended, by whoever listens there then;
   * between the two a CA finds nobody, for a moment. Whoever asks for an answer meanwhile waits.
   *
   * @throws IOException when the change fails
   */
  public synchronized void giveWay(Set<InetSocketAddress> addresses, Change change)
      throws IOException {
    Map<InetSocketAddress, Map<String, SslContext>> interrupted = new HashMap<>();
    for (InetSocketAddress address : addresses) {
      TlsAlpnListener listener = open.remove(address);
      if (listener != null) {
        interrupted.put(address, listener.proofs());
        listener.close();
      }
    }
    try {
      change.run();
    } finally {
      interrupted.forEach((address, proofs) -> proofs.forEach(answerAgain(address)));
      takeBack();
    }
  }

  /** Answers where mail was taken, and is taken no more. */
  private void takeBack() {
    Map<Answer, Lent> gone = new HashMap<>(lent);
    gone.entrySet()
        .removeIf(
            each ->
                shared.apply(each.getKey().address()).equals(Optional.of(each.getValue().mail())));
    gone.forEach(
        (answer, was) -> {
          lent.remove(answer);
          answerAgain(answer.address()).accept(answer.host(), was.proof());
        });
  }

  private BiConsumer<String, SslContext> answerAgain(InetSocketAddress address) {
    return (host, proof) -> {
      try {
        var unused = answer(address, host, proof); // its registration is out already
      } catch (IOException e) {
        LOG.warn("the proof of {} by tls-alpn-01 is shown no more: {}", host, e.getMessage());
      }
    };
  }

  private void share(
      ProtocolContexts mail, InetSocketAddress address, String host, SslContext proof)
      throws NameTakenException {
    if (!mail.offer(ValidationCertificates.PROTOCOL, host, proof)) {
      throw new NameTakenException(host);
    }
    lent.put(new Answer(address, host), new Lent(mail, proof));
  }

  private void listen(InetSocketAddress address, String host, SslContext proof) throws IOException {
    TlsAlpnListener listener = open.get(address);
    if (listener == null) {
      listener = TlsAlpnListener.bind(address);
      open.put(address, listener);
    }
    if (!listener.offer(host, proof)) {
      throw new NameTakenException(host);
    }
  }

  private synchronized void withdraw(InetSocketAddress address, String host) {
    Lent was = lent.remove(new Answer(address, host));
    if (was != null) {
      was.mail().withdraw(ValidationCertificates.PROTOCOL, host);
      return;
    }
    TlsAlpnListener listener = open.get(address);
    if (listener != null && listener.withdraw(host)) {
      open.remove(address);
      listener.close();
    }
  }
}
