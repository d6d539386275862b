package io.hybridtls.smtp.spool;

import java.io.IOException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells a full disk or quota from other failures of storage. */
final class StorageFailure {

  private StorageFailure() {}

  /**
   * The failure as callers see it.
   *
   * @param what what could not be done, as in "large body F cannot be written"
   */
  static SpoolException of(String what, Throwable cause) {
    String message = what + ": " + cause.getMessage();
    return isFull(cause)
        ? SpoolException.full(message, cause)
        : SpoolException.failed(message, cause);
  }

  /** Whether another process holds the database; whoever waited for it has waited long enough. */
  static boolean isBusy(Throwable cause) {
    return cause instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY;
  }

  /** Whether a system's message says ENOSPC or EDQUOT, which the JDK does not tell apart. */
  private static boolean isFull(Throwable cause) {
    if (cause instanceof SQLiteException sqlite) {
      return sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
    }
    String text = String.valueOf(cause.getMessage());
    return cause instanceof IOException
        && (text.contains("No space left on device") || text.contains("Disk quota exceeded"));
  }
}
