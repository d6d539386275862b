package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.StoreException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request whose key and order are written down before anything relies on them. */
final class Draft implements IssuanceRequest {

  private final IssuanceDrafts drafts;
  private final String hash;
  private final CertificateSpec spec;
  private final KeyAlgorithm algorithm;
  private final Optional<Generation> replaced;
  private final SecureRandom random;
  private boolean kept;
  private DraftRecord record;
  private @Nullable KeyPair keys;

  /**
   * @param kept whether {@code record} is an earlier attempt's, and written down
   */
  Draft(
      IssuanceDrafts drafts,
      String hash,
      CertificateSpec spec,
      KeyAlgorithm algorithm,
      Optional<Generation> replaced,
      boolean kept,
      DraftRecord record,
      SecureRandom random) {
    this.drafts = drafts;
    this.hash = hash;
    this.spec = spec;
    this.algorithm = algorithm;
    this.replaced = replaced;
    this.kept = kept;
    this.record = record;
    this.random = random;
  }

  @Override
  public CertificateSpec spec() {
    return spec;
  }

  @Override
  public KeyAlgorithm algorithm() {
    return algorithm;
  }

  @Override
  public KeyPair keys() throws IssuanceException {
    KeyPair ready = keys;
    if (ready == null) {
      ready = found().orElse(null);
      if (ready == null) {
        ready = made();
      }
      keys = ready;
    }
    return ready;
  }

  @Override
  public Optional<Generation> replaced() {
    return replaced;
  }

  @Override
  public Optional<String> placed() {
    return record.order();
  }

  @Override
  public void place(String order) throws IssuanceException {
    write(record.placed(order));
  }

  @Override
  public void giveUp() throws IssuanceException {
    drafts.forget(spec.id(), hash);
    kept = false;
    keys = null;
    record =
        new DraftRecord(
            record.issuer(), record.key(), record.identifiers(), record.since(), Optional.empty());
  }

  /** The key of the attempt that was cut short, or the one that is to be used again. */
  private Optional<KeyPair> found() throws IssuanceException {
    if (spec.reuseKey()) {
      Optional<KeyPair> live = replaced.flatMap(this::sameKind);
      if (live.isPresent()) {
        return live;
      }
    }
    if (!kept) {
      return Optional.empty();
    }
    try {
      return drafts.vault().find(IssuanceDrafts.keyName(hash));
    } catch (StoreException e) {
      throw IssuanceDrafts.failed("its key cannot be read: " + e.getMessage(), e);
    }
  }

  private KeyPair made() throws IssuanceException {
    if (record.order().isPresent()) {
      giveUp(); // an order whose key is lost can still be finalized, but for whom else?
    }
    KeyPair made = algorithm.newKeyPair(random);
    try {
      drafts.vault().put(IssuanceDrafts.keyName(hash), made);
    } catch (StoreException e) {
      throw IssuanceDrafts.failed("its key cannot be kept: " + e.getMessage(), e);
    }
    write(record);
    return made;
  }

  private Optional<KeyPair> sameKind(Generation live) {
    return live.certificates().stream()
        .filter(held -> algorithm.isOf(held.leaf().getPublicKey()))
        .map(Draft::pair)
        .findFirst();
  }

  private static KeyPair pair(HeldCertificate held) {
    return new KeyPair(held.leaf().getPublicKey(), held.key());
  }

  private void write(DraftRecord next) throws IssuanceException {
    drafts.write(spec.id(), hash, next);
    record = next;
    kept = true;
  }
}
