package io.hybridtls.agent.localca;

import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What a private CA has whatever its settings become: its keys, whom it has signed for, and the
 * lists that say what it has revoked.
 */
record CaState(
    CertificateStore store,
    Path directory,
    IssuedLedger ledger,
    Publication publication,
    InstantSource clock,
    SecureRandom random) {

  /**
   * @throws StoreException when a record cannot be read: a revocation could be in it
   */
  static CaState open(
      CertificateStore store, Path directory, InstantSource clock, SecureRandom random)
      throws StoreException {
    IssuedLedger ledger = IssuedLedger.open(directory.resolve("issued"), clock);
    CrlNumbers numbers = CrlNumbers.open(directory, clock.instant());
    return new CaState(
        store, directory, ledger, new Publication(ledger, numbers, clock), clock, random);
  }
}
