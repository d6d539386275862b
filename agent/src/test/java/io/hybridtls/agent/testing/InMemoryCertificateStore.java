package io.hybridtls.agent.testing;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A certificate store that forgets with the test; every generation is stored at the epoch. */
public final class InMemoryCertificateStore implements CertificateStore {

  private final Map<CertificateId, NavigableMap<Long, Generation>> generations = new TreeMap<>();
  private final Map<CertificateId, Long> active = new HashMap<>();

  /** Loses {@code id} as if its folder had been removed. */
  public synchronized void remove(CertificateId id) {
    generations.remove(id);
    active.remove(id);
  }

  /** Loses which generation is active, as a crash between storing and activating does. */
  public synchronized void deactivate(CertificateId id) {
    active.remove(id);
  }

  @Override
  public synchronized List<CertificateId> ids() {
    return List.copyOf(generations.keySet());
  }

  @Override
  public synchronized List<Long> generations(CertificateId id) {
    return List.copyOf(of(id).keySet());
  }

  @Override
  public synchronized Optional<Generation> find(CertificateId id, long number) {
    return Optional.ofNullable(of(id).get(number));
  }

  @Override
  public synchronized Optional<Long> activeNumber(CertificateId id) {
    return Optional.ofNullable(active.get(id));
  }

  @Override
  public synchronized Generation append(
      CertificateId id, List<HeldCertificate> certificates, String issuer, String reason) {
    NavigableMap<Long, Generation> stored = generations.computeIfAbsent(id, any -> new TreeMap<>());
    long number = stored.isEmpty() ? 1 : stored.lastKey() + 1;
    Generation made = new Generation(id, number, Instant.EPOCH, issuer, reason, certificates);
    stored.put(number, made);
    return made;
  }

  @Override
  public synchronized void activate(CertificateId id, long number) throws StoreException {
    if (!of(id).containsKey(number)) {
      throw new StoreException(id + "/" + number + " is not stored");
    }
    active.put(id, number);
  }

  @Override
  public synchronized void prune(CertificateId id, int keep) {
    NavigableMap<Long, Generation> stored = of(id);
    while (stored.size() > keep && !stored.firstKey().equals(active.get(id))) {
      stored.pollFirstEntry();
    }
  }

  private NavigableMap<Long, Generation> of(CertificateId id) {
    return generations.getOrDefault(id, new TreeMap<>());
  }
}
