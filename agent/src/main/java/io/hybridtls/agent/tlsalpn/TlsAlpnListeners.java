package io.hybridtls.agent.tlsalpn;

import io.hybridtls.smtp.tls.ProtocolContexts;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The addresses where tls-alpn-01 is answered. One where mail is taken with implicit TLS is shared
 * with it. Each other one is listened on while there is something to prove, and free at all other
 * times; issuers may share one. Safe for any thread.
 */
public final class TlsAlpnListeners {

  private final Function<InetSocketAddress, Optional<ProtocolContexts>> shared;
  private final Map<InetSocketAddress, TlsAlpnListener> open = new HashMap<>();

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
    return mail.isPresent() ? share(mail.get(), host, proof) : listen(address, host, proof);
  }

  private static Registration share(ProtocolContexts mail, String host, SslContext proof)
      throws NameTakenException {
    if (!mail.offer(ValidationCertificates.PROTOCOL, host, proof)) {
      throw new NameTakenException(host);
    }
    return () -> mail.withdraw(ValidationCertificates.PROTOCOL, host);
  }

  private Registration listen(InetSocketAddress address, String host, SslContext proof)
      throws IOException {
    TlsAlpnListener listener = open.get(address);
    if (listener == null) {
      listener = TlsAlpnListener.bind(address);
      open.put(address, listener);
    }
    if (!listener.offer(host, proof)) {
      throw new NameTakenException(host);
    }
    return () -> withdraw(address, host);
  }

  private synchronized void withdraw(InetSocketAddress address, String host) {
    TlsAlpnListener listener = open.get(address);
    if (listener != null && listener.withdraw(host)) {
      open.remove(address);
      listener.close();
    }
  }
}
