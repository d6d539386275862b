package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
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
      } else if (record.order().isEmpty()) {
        write(record); // where this cannot be written, an order could not be either, and were lost
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
  public boolean isRevoked(HeldCertificate held) {
    return drafts.revoked().find(held).isPresent();
  }

  @Override
  public Optional<String> placed() {
    return record.order();
  }

  @Override
  public void place(String order) throws IssuanceException {
    write(record.placed(order, drafts.clock().instant()));
  }

  @Override
  public boolean isOverdue() {
    return record.isOverdue(drafts.clock().instant());
  }

  @Override
  public void giveUp() throws IssuanceException {
    drafts.files().remove(spec.id(), hash);
    kept = false;
    keys = null;
    record = DraftRecord.of(record.issuer(), record.key(), record.identifiers(), record.since());
  }

  /** The key of the attempt that was cut short; an order goes with its key, whatever is wanted. */
  private Optional<KeyPair> found() throws IssuanceException {
    return kept && (record.order().isPresent() || !spec.reuseKey())
        ? drafts
            .files()
            .findKey(spec.id(), hash)
            .filter(key -> !drafts.revoked().isCompromised(key.getPublic()))
        : Optional.empty();
  }

  /**
   * A new key, or the live one where that is to be used again: it is kept with the order all the
   * same, because another may be live, or wanted, when the order is taken up again. The record
   * comes first, so that no key is ever kept of which nothing is written.
   */
  private KeyPair made() throws IssuanceException {
    if (record.order().isPresent()) {
      giveUp(); // an order whose key is lost can still be finalized, but for whom else?
    }
    KeyPair made = reusable().orElseGet(() -> algorithm.newKeyPair(random));
    write(record);
    drafts.files().keepKey(hash, made);
    return made;
  }

  /** The live key, where it is to be used again and nobody has called it compromised. */
  private Optional<KeyPair> reusable() {
    return spec.reuseKey()
        ? replaced.stream()
            .flatMap(generation -> generation.certificates().stream())
            .filter(held -> algorithm.isOf(held.leaf().getPublicKey()))
            .filter(held -> !drafts.revoked().isCompromised(held.leaf().getPublicKey()))
            .map(Draft::pair)
            .findFirst()
        : Optional.empty();
  }

  private static KeyPair pair(HeldCertificate held) {
    return new KeyPair(held.leaf().getPublicKey(), held.key());
  }

  private void write(DraftRecord next) throws IssuanceException {
    drafts.files().write(spec.id(), hash, next);
    record = next;
    kept = true;
  }
}
