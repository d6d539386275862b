package io.hybridtls.certstore.storage;

/** The store could not be read or written; the message names the file and the remedy. */
public class StoreException extends Exception {

  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
