package io.hybridtls.smtp.spool;

import java.sql.SQLException;

/**
 * A change that waits for the writer. {@link #apply} and {@link #committed} run on the writer's
 * thread, {@link #failed} also on the caller's when the spool is closed.
 */
sealed interface WriteRequest permits AcceptRequest, SettleRequest, ExpediteRequest {

  /** Octets that it adds, roughly. */
  long weight();

  /** Whether it takes something new, which can be refused while there is little room. */
  boolean isNewMail();

  /**
   * Makes the change, within a transaction of many requests. Called again when that transaction had
   * to be undone.
   */
  void apply(SpoolTables tables) throws SQLException;

  /**
   * The change is durable.
   *
   * @return whether it made something due at once
   */
  boolean committed();

  /**
   * The change could not be made.
   *
   * @return whether to keep it and try again until it can be
   */
  boolean failed(SpoolException reason);
}
