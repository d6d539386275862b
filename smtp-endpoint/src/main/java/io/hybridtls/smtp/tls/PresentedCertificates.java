package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.interfaces.ECPublicKey;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The certificates of one generation, of which a peer is shown the first that it can verify: by the
 * signature algorithms that it names (RFC 8446, section 4.2.3) and, in TLS 1.2, by its cipher
 * suites and curves as well (RFC 8422, section 5.1).
 *
 * <p>A server tries EC keys first, whatever the primary one is: nearly every client takes both, and
 * one RSA 2048 signature costs a server as much as the rest of a handshake. A client keeps to the
 * order of the generation: it shakes hands seldom, and peers may know it by its primary key. Either
 * way the order within one kind of key is the generation's.
 *
 * @param certificates at least one; the primary one first
 */
record PresentedCertificates(TlsLibrary library, List<HeldCertificate> certificates) {

  /** Stable: within a kind the order stays. */
  private static final Comparator<HeldCertificate> EC_FIRST =
      Comparator.comparing(held -> !(held.leaf().getPublicKey() instanceof ECPublicKey));

  PresentedCertificates {
    certificates = List.copyOf(certificates);
  }

  /** To be finished by {@link #buildServer}. */
  SslContextBuilder forServer() {
    HeldCertificate primary = certificates.get(0);
    return library == TlsLibrary.BORINGSSL
        ? SslContextBuilder.forServer(primary.key(), primary.chain())
        : SslContextBuilder.forServer(new IdentityKeyManager(ecFirst()));
  }

  /**
   * BoringSSL goes through its credentials before it turns to the builder's own certificate, which
   * alone needs none.
   */
  SslContext buildServer(SslContextBuilder builder, Credentials credentials) throws SSLException {
    return library == TlsLibrary.BORINGSSL && certificates.size() > 1
        ? credentials.build(builder, ecFirst())
        : builder.build();
  }

  SslContext buildClient(SslContextBuilder builder, Credentials credentials) throws SSLException {
    return library == TlsLibrary.BORINGSSL
        ? credentials.build(builder, certificates)
        : builder.keyManager(new IdentityKeyManager(certificates)).build();
  }

  private List<HeldCertificate> ecFirst() {
    return certificates.stream().sorted(EC_FIRST).toList();
  }
}
