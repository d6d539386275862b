package io.hybridtls.agent.testing;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.KeyVault;
import java.security.KeyPair;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A key vault that forgets with the test, and takes the names that the real one takes. */
public final class InMemoryKeyVault implements KeyVault {

  private final Map<String, KeyPair> kept = new ConcurrentHashMap<>();

  @Override
  public Optional<KeyPair> find(String name) {
    return Optional.ofNullable(kept.get(CertificateId.of(name).value()));
  }

  @Override
  public void put(String name, KeyPair keys) {
    kept.put(CertificateId.of(name).value(), keys);
  }

  @Override
  public void remove(String name) {
    kept.remove(CertificateId.of(name).value());
  }

  /** The names that something is kept as. */
  public Set<String> names() {
    return Set.copyOf(kept.keySet());
  }
}
