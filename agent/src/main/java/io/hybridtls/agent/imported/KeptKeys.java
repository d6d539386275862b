package io.hybridtls.agent.imported;

import io.hybridtls.agent.imported.Given.GivenKey;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.Sha256;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The keys for which a certificate has been asked for, and has not been imported yet. They never
 * leave the agent. Safe for several threads; blocks on I/O.
 */
final class KeptKeys {

  private static final int HASH_LENGTH = 32;

  private final KeyVault vault;
  private final Predicate<PublicKey> compromised;
  private final SecureRandom random;

  /**
   * @param compromised tells keys that others have got
   */
  KeptKeys(KeyVault vault, Predicate<PublicKey> compromised, SecureRandom random) {
    this.vault = vault;
    this.compromised = compromised;
    this.random = random;
  }

  /**
   * The key for which {@code spec}'s next certificate is to be: the same one each time, until it is
   * in use or {@code another} is asked for.
   *
   * @param live what is in use; its key is taken again where the spec wants that and nobody else
   *     has got it
   */
  synchronized KeyPair next(
      CertificateSpec spec, KeyAlgorithm algorithm, Optional<Generation> live, boolean another)
      throws StoreException {
    String name = name(spec, algorithm);
    Optional<KeyPair> inUse =
        live.flatMap(generation -> keyOf(generation, algorithm))
            .filter(keys -> !compromised.test(keys.getPublic()));
    if (spec.reuseKey() && inUse.isPresent() && !another) {
      return inUse.get();
    }
    Optional<KeyPair> kept = vault.find(name).filter(keys -> !isIn(live, keys.getPublic()));
    if (kept.isPresent() && !another) {
      return kept.get();
    }
    KeyPair made = algorithm.newKeyPair(random);
    vault.put(name, made);
    return made;
  }

  /** Every key that an imported certificate may be for, those in use last. */
  synchronized List<GivenKey> candidates(CertificateSpec spec, Optional<Generation> live)
      throws StoreException {
    List<GivenKey> keys = new ArrayList<>();
    for (KeyAlgorithm algorithm : spec.keys()) {
      vault
          .find(name(spec, algorithm))
          .ifPresent(kept -> keys.add(new GivenKey(kept.getPrivate(), "the agent")));
    }
    live.map(Generation::certificates)
        .orElse(List.of())
        .forEach(held -> keys.add(new GivenKey(held.key(), "the agent")));
    return keys;
  }

  /** Forgets the keys that are in use now. */
  synchronized void settle(CertificateSpec spec, List<HeldCertificate> imported)
      throws StoreException {
    for (KeyAlgorithm algorithm : spec.keys()) {
      String name = name(spec, algorithm);
      Optional<KeyPair> kept = vault.find(name);
      if (kept.isPresent() && isAmong(imported, kept.get().getPublic())) {
        vault.remove(name);
      }
    }
  }

  private static boolean isIn(Optional<Generation> live, PublicKey key) {
    return isAmong(live.map(Generation::certificates).orElse(List.of()), key);
  }

  private static boolean isAmong(List<HeldCertificate> certificates, PublicKey key) {
    return certificates.stream().anyMatch(held -> held.leaf().getPublicKey().equals(key));
  }

  private static Optional<KeyPair> keyOf(Generation generation, KeyAlgorithm algorithm) {
    return generation.certificates().stream()
        .filter(held -> algorithm.isOf(held.leaf().getPublicKey()))
        .map(held -> new KeyPair(held.leaf().getPublicKey(), held.key()))
        .findFirst();
  }

  /** An id may be as long as a name in the vault, so it cannot be a part of one. */
  private static String name(CertificateSpec spec, KeyAlgorithm algorithm) {
    return "csr." + Sha256.hex(spec.id() + "\n" + algorithm.label()).substring(0, HASH_LENGTH);
  }
}
