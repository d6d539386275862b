package io.hybridtls.certstore.storage;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Opens what is kept in a state directory. Whoever writes there holds its {@link StoreLock} for as
 * long.
 */
public final class CertificateStores {

  static final String CERTIFICATES = "certificates";
  static final String KEYS = "keys";

  private CertificateStores() {}

  /**
   * Opens the certificates kept under {@code directory}, which is made (0700) if it is missing.
   * Removes what writes that a crash cut short have left.
   *
   * @param clock tells when a generation was stored
   * @throws StoreException when somebody else could read or write the store, with the {@code chmod}
   *     or {@code chown} to run, or when {@code secret} opens nothing of what is there
   */
  public static CertificateStore open(Path directory, StoreSecret secret, InstantSource clock)
      throws StoreException {
    return DirectoryCertificateStore.open(directory, secret, clock);
  }

  /**
   * Opens the keys without a certificate kept under {@code directory}, which is made (0700) if it
   * is missing.
   *
   * @throws StoreException when somebody else could read or write them, with the {@code chmod} or
   *     {@code chown} to run
   */
  public static KeyVault openKeys(Path directory, StoreSecret secret) throws StoreException {
    return DirectoryKeyVault.open(directory, secret);
  }
}
