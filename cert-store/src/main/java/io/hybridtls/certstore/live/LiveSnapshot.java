package io.hybridtls.certstore.live;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.util.Map;
import java.util.Optional;

/**
 * The live generations at one moment. Immutable.
 *
 * @param version grows by one with each swap; 0 is the empty snapshot before the first
 */
public record LiveSnapshot(long version, Map<CertificateId, Generation> generations) {

  public LiveSnapshot {
    generations = Map.copyOf(generations);
  }

  public Optional<Generation> find(CertificateId id) {
    return Optional.ofNullable(generations.get(id));
  }
}
