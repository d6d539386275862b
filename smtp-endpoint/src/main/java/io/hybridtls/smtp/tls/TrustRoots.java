package io.hybridtls.smtp.tls;

import java.security.cert.TrustAnchor;
import java.util.Map;
import java.util.Set;

/**
 * The roots behind each configured source, read once so that no handshake waits for a file.
 * Immutable; a reload makes a new one.
 */
public record TrustRoots(Map<TrustSource, Set<TrustAnchor>> anchors) {

  public TrustRoots {
    anchors = Map.copyOf(anchors);
  }

  /**
   * The roots of {@code source}; none for a source that was not read, so that nothing is trusted.
   */
  public Set<TrustAnchor> of(TrustSource source) {
    return anchors.getOrDefault(source, Set.of());
  }
}
