package io.hybridtls.agent.imported;

/**
 * What was given makes no certificate that could be used; the message says what is wrong, in which
 * file, and what to give instead.
 */
public final class UnusableFilesException extends Exception {

  private static final long serialVersionUID = 1L;

  UnusableFilesException(String message) {
    super(message);
  }

  UnusableFilesException(String message, Throwable cause) {
    super(message, cause);
  }
}
