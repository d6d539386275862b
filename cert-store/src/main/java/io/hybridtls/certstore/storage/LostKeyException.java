package io.hybridtls.certstore.storage;

/**
 * A key that is there and cannot be used: its file is damaged, or was written with another secret.
 * Trying again leads nowhere.
 */
public final class LostKeyException extends StoreException {

  private static final long serialVersionUID = 1L;

  LostKeyException(StoreException told) {
    super(String.valueOf(told.getMessage()));
  }
}
