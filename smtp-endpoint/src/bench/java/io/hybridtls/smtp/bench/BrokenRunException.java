package io.hybridtls.smtp.bench;

/** A run whose numbers would mean nothing. */
final class BrokenRunException extends Exception {

  private static final long serialVersionUID = 1L;

  BrokenRunException(String message) {
    super(message);
  }
}
