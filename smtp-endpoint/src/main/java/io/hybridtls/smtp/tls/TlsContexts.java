package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.CertificateId;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * The TLS contexts of the live generations: built off the event loop, swapped by one volatile
 * write. Safe for any thread. No context judges the peer's certificate; {@link PeerVerifier} does,
 * after the handshake and before a byte of mail.
 */
public interface TlsContexts {

  /**
   * The context for a handshake of a listener that begins now; empty while the certificate has not
   * been issued.
   */
  Optional<SslContext> server(CertificateId certificate, ClientCertificateMode mode);

  /**
   * The context and identity for a connection that begins now.
   *
   * @param certificate what to present; nothing is presented when it is empty
   * @return empty while the named certificate has not been issued
   */
  Optional<ClientTls> client(Optional<CertificateId> certificate);

  /**
   * A client context with what it presents.
   *
   * @param identity label of the generation presented ({@code mail/3}), or {@code anonymous};
   *     connections with different labels are never shared
   */
  record ClientTls(SslContext context, String identity) {}
}
