package io.hybridtls.certstore.live;

/** A snapshot that a participant cannot use; the snapshot before it stays live. */
public final class SwapRejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  public SwapRejectedException(String message) {
    super(message);
  }

  public SwapRejectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
