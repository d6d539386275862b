package io.hybridtls.smtp.tls;

import java.security.cert.TrustAnchor;
import java.util.Map;
import java.util.Set;

/**
 * The roots behind each configured source, read once so that no handshake waits for a file.
 * Immutable; a reload makes a new one, and so does news of a private CA.
 *
 * @param revoked by private CAs; no chain with one of them is accepted, whatever it ends at
 */
public record TrustRoots(
    Map<TrustSource, Set<TrustAnchor>> anchors, Set<RevokedCertificate> revoked) {

  public TrustRoots {
    anchors = Map.copyOf(anchors);
    revoked = Set.copyOf(revoked);
  }

  /** Nothing is revoked. */
  public TrustRoots(Map<TrustSource, Set<TrustAnchor>> anchors) {
    this(anchors, Set.of());
  }

  /**
   * The roots of {@code source}; none for a source that was not read, so that nothing is trusted.
   */
  public Set<TrustAnchor> of(TrustSource source) {
    return anchors.getOrDefault(source, Set.of());
  }
}
