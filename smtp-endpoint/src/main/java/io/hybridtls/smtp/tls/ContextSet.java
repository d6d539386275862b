package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.live.LiveSnapshot;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.smtp.tls.TlsContexts.ClientTls;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** The contexts of one snapshot. Immutable, so that a handshake never sees a mixture. */
record ContextSet(
    TlsUses uses,
    LiveSnapshot snapshot,
    Map<ServerUse, SslContext> servers,
    Map<CertificateId, ClientTls> clients,
    ClientTls anonymous) {

  ContextSet {
    servers = Map.copyOf(servers);
    clients = Map.copyOf(clients);
  }

  /** Builds every context. */
  static ContextSet build(ContextFactory factory, TlsUses uses, LiveSnapshot snapshot)
      throws SwapRejectedException {
    try {
      ClientTls anonymous = new ClientTls(factory.client(List.of()), "anonymous");
      ContextSet none =
          new ContextSet(uses, new LiveSnapshot(0, Map.of()), Map.of(), Map.of(), anonymous);
      return none.next(factory, snapshot);
    } catch (SSLException e) {
      throw new SwapRejectedException("the TLS library refuses our profile: " + e.getMessage(), e);
    }
  }

  /** The set for {@code next}: contexts of generations that stay are kept. */
  ContextSet next(ContextFactory factory, LiveSnapshot next) throws SwapRejectedException {
    Map<ServerUse, SslContext> nextServers = new HashMap<>();
    for (ServerUse use : uses.servers()) {
      Generation generation = next.generations().get(use.certificate());
      if (generation != null) {
        SslContext kept = isLive(generation) ? servers.get(use) : null;
        nextServers.put(use, kept != null ? kept : server(factory, generation, use.mode()));
      }
    }
    Map<CertificateId, ClientTls> nextClients = new HashMap<>();
    for (CertificateId id : uses.clients()) {
      Generation generation = next.generations().get(id);
      if (generation != null) {
        ClientTls kept = isLive(generation) ? clients.get(id) : null;
        nextClients.put(id, kept != null ? kept : client(factory, generation));
      }
    }
    return new ContextSet(uses, next, nextServers, nextClients, anonymous);
  }

  private boolean isLive(Generation generation) {
    return snapshot
        .find(generation.id())
        .filter(live -> live.number() == generation.number())
        .filter(live -> fingerprints(live).equals(fingerprints(generation)))
        .isPresent();
  }

  private static List<String> fingerprints(Generation generation) {
    return generation.certificates().stream().map(HeldCertificate::fingerprint).toList();
  }

  private static SslContext server(
      ContextFactory factory, Generation generation, ClientCertificateMode mode)
      throws SwapRejectedException {
    try {
      return factory.server(generation.certificates(), mode);
    } catch (SSLException | IllegalArgumentException e) {
      throw rejected(generation, e);
    }
  }

  private static ClientTls client(ContextFactory factory, Generation generation)
      throws SwapRejectedException {
    try {
      return new ClientTls(factory.client(generation.certificates()), generation.label());
    } catch (SSLException | IllegalArgumentException e) {
      throw rejected(generation, e);
    }
  }

  private static SwapRejectedException rejected(Generation generation, Exception cause) {
    return new SwapRejectedException(
        "the TLS library refuses "
            + generation.label()
            + ": "
            + cause.getMessage()
            + "; keys that it takes are RSA of 2048 bits or more, EC P-256 and EC P-384",
        cause);
  }
}
