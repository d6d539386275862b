package io.hybridtls.agent.admin;

/** A request that is answered with an exit code and one line for the operator. */
final class RefusedRequestException extends RuntimeException {

  /** It failed, or cannot be done. */
  static final int FAILED = 1;

  /** It is not one that could ever be done. */
  static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  RefusedRequestException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
