package io.hybridtls.smtp.spool;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Opens spools. */
public final class MessageSpools {

  private MessageSpools() {}

  /**
   * Opens the spool in {@link SpoolSettings#directory()}, an SQLite database and a folder of large
   * bodies, and makes it first when there is none. Everything accepted before is there, and nothing
   * of it is leased.
   *
   * @param clock stamps accepted messages and bounces
   * @param random makes the identifiers of bounces unique; used by the spool's thread alone
   * @throws SpoolException when it cannot be opened: another process has it open, a mode is too
   *     wide, a newer version wrote it; the message says what to do
   */
  public static MessageSpool sqlite(
      SpoolSettings settings, InstantSource clock, RandomGenerator random) throws SpoolException {
    return SqliteMessageSpool.open(settings, clock, random);
  }
}
