package io.hybridtls.certstore.storage;

import java.security.KeyPair;
import java.util.Optional;

/**
 * Keeps key pairs that have no certificate, such as an ACME account's, encrypted with the store
 * secret. The same promises as {@link CertificateStore}.
 */
public interface KeyVault {

  /**
   * Reads the key pair kept as {@code name} (the shape of a certificate id).
   *
   * @throws LostKeyException when one is kept, and can never be read again
   */
  Optional<KeyPair> find(String name) throws StoreException;

  /** Keeps {@code keys} as {@code name}, in place of what was kept so before. */
  void put(String name, KeyPair keys) throws StoreException;

  /** Forgets what is kept as {@code name}, if anything is. */
  void remove(String name) throws StoreException;
}
