package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.CertificateRole;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Checks a peer's chain after the handshake: path to a trusted root, dates, constraints (RFC 5280,
 * section 6). A chain seen before is answered at once, on the caller's thread; a new one is checked
 * on a worker. Safe for any thread, event loops included.
 */
public interface PeerVerifier {

  /**
   * Never completes exceptionally: whatever goes wrong is an {@link PeerIdentity.Unverified}.
   *
   * @param chain as the peer sent it, leaf first; empty when it sent none
   * @param role the role in which the peer stands; its key purposes are judged by the caller
   */
  CompletionStage<PeerIdentity> verify(
      List<X509Certificate> chain, TrustSource trust, CertificateRole role);
}
