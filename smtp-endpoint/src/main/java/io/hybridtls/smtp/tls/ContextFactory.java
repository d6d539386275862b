package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Makes contexts from certificates, each proven by a handshake in memory before anybody meets it.
 * Each server context has ticket keys of its own, which live shorter than a certificate: whoever
 * gets hold of one could read the sessions that it resumed in TLS 1.2 (RFC 5077, section 5.5).
 */
final class ContextFactory {

  private final TlsLibrary library;
  private final Credentials credentials = new Credentials();

  ContextFactory(TlsLibrary library) {
    this.library = library;
  }

  /**
   * @param certificates of which each client is shown one; the primary one first
   */
  SslContext server(List<HeldCertificate> certificates, ClientCertificateMode mode)
      throws SSLException {
    SslContext context = unprovenServer(certificates, mode);
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys(); // it makes them, and new ones every two days
    }
    prove(context); // a key that cannot sign has failed by now
    if (certificates.size() > 1) {
      for (HeldCertificate held : certificates) { // also those that our own client does not prefer
        prove(unprovenServer(List.of(held), mode));
      }
    }
    return context;
  }

  /**
   * @param identities of which each server that asks is presented one; the primary one first
   */
  SslContext client(List<HeldCertificate> identities) throws SSLException {
    SslContext context = unprovenClient(identities);
    if (!identities.isEmpty()) {
      provePresents(context, identities.get(0));
    }
    if (identities.size() > 1) {
      for (HeldCertificate held : identities) {
        provePresents(unprovenClient(List.of(held)), held);
      }
    }
    return context;
  }

  private void prove(SslContext server) throws SSLException {
    SelfCheck.prove(engine(unprovenClient(List.of())), engine(server), () -> {});
  }

  private void provePresents(SslContext client, HeldCertificate identity) throws SSLException {
    SSLEngine peer = engine(unprovenServer(List.of(identity), ClientCertificateMode.REQUESTED));
    SelfCheck.prove(engine(client), peer, () -> requirePresented(identity, peer));
  }

  private SslContext unprovenServer(List<HeldCertificate> certificates, ClientCertificateMode mode)
      throws SSLException {
    PresentedCertificates presented = new PresentedCertificates(library, certificates);
    SslContextBuilder builder =
        presented
            .forServer()
            .trustManager(new DeferredTrust())
            .clientAuth(mode == ClientCertificateMode.NONE ? ClientAuth.NONE : ClientAuth.OPTIONAL);
    return presented.buildServer(TlsProfile.applyTo(builder, library), credentials);
  }

  private SslContext unprovenClient(List<HeldCertificate> identities) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .trustManager(new DeferredTrust())
            .endpointIdentificationAlgorithm(null); // names are PeerVerifier's and the connector's
    TlsProfile.applyTo(builder, library);
    return identities.isEmpty()
        ? builder.build()
        : new PresentedCertificates(library, identities).buildClient(builder, credentials);
  }

  private static SSLEngine engine(SslContext context) {
    return context.newEngine(ByteBufAllocator.DEFAULT);
  }

  private static void requirePresented(HeldCertificate held, SSLEngine server) throws SSLException {
    Certificate[] presented = server.getSession().getPeerCertificates();
    try {
      if (!Arrays.equals(presented[0].getEncoded(), held.leaf().getEncoded())) {
        throw new SSLException("another certificate is presented");
      }
    } catch (CertificateEncodingException e) {
      throw new SSLException("the certificate that is presented cannot be read", e);
    }
  }
}
