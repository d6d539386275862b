package io.hybridtls.smtp.spool;

import org.jspecify.annotations.Nullable;

/** The spool could not take or change anything; what it held before is unchanged. */
public final class SpoolException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean full;

  private SpoolException(String message, @Nullable Throwable cause, boolean full) {
    super(message, cause);
    this.full = full;
  }

  /** The disk or the quota is full: {@code 452 4.3.1}. */
  public static SpoolException full(String message) {
    return new SpoolException(message, null, true);
  }

  /** The disk or the quota is full: {@code 452 4.3.1}. */
  public static SpoolException full(String message, Throwable cause) {
    return new SpoolException(message, cause, true);
  }

  /** Any other failure to write or read: {@code 451 4.3.0}. */
  public static SpoolException failed(String message) {
    return new SpoolException(message, null, false);
  }

  /** Any other failure to write or read: {@code 451 4.3.0}. */
  public static SpoolException failed(String message, Throwable cause) {
    return new SpoolException(message, cause, false);
  }

  public boolean isFull() {
    return full;
  }
}
