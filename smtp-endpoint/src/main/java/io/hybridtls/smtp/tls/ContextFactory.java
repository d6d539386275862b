package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Makes contexts from certificates, each proven by a handshake in memory before anybody meets it.
 * Each server context has ticket keys of its own.
 */
final class ContextFactory {

  private final SecureRandom random;

  ContextFactory(SecureRandom random) {
    this.random = random;
  }

  SslContext server(HeldCertificate certificate, ClientCertificateMode mode) throws SSLException {
    SslContext context = unproven(certificate, mode);
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys(newTicketKey());
    }
    SSLEngine peer = engine(unproven(Optional.empty()));
    SelfCheck.prove(peer, engine(context), () -> {}); // a key that cannot sign has failed by now
    return context;
  }

  SslContext client(Optional<HeldCertificate> identity) throws SSLException {
    SslContext context = unproven(identity);
    if (identity.isPresent()) {
      HeldCertificate held = identity.get();
      SSLEngine peer = engine(unproven(held, ClientCertificateMode.REQUESTED));
      SelfCheck.prove(engine(context), peer, () -> requirePresented(held, peer));
    }
    return context;
  }

  private static SslContext unproven(HeldCertificate certificate, ClientCertificateMode mode)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(certificate.key(), certificate.chain())
            .trustManager(new DeferredTrust())
            .clientAuth(mode == ClientCertificateMode.NONE ? ClientAuth.NONE : ClientAuth.OPTIONAL);
    return TlsProfile.applyTo(builder).build();
  }

  private static SslContext unproven(Optional<HeldCertificate> identity) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .trustManager(new DeferredTrust())
            .endpointIdentificationAlgorithm(null); // names are PeerVerifier's and the connector's
    identity.ifPresent(held -> builder.keyManager(new IdentityKeyManager(held)));
    return TlsProfile.applyTo(builder).build();
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

  private OpenSslSessionTicketKey newTicketKey() {
    return new OpenSslSessionTicketKey(
        randomOctets(OpenSslSessionTicketKey.NAME_SIZE),
        randomOctets(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        randomOctets(OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private byte[] randomOctets(int size) {
    byte[] octets = new byte[size];
    random.nextBytes(octets);
    return octets;
  }
}
