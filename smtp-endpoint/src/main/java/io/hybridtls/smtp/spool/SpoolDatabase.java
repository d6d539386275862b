package io.hybridtls.smtp.spool;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Opens the database of a spool: its pragmas, its schema and the schema's version. */
final class SpoolDatabase {

  private static final int SCHEMA_VERSION = 1;
  private static final int PAGE_BYTES = 8_192;
  private static final long MOST_PAGES = 4_294_967_294L;
  private static final int BUSY_MILLIS = 5_000;

  /**
   * Octets of write-ahead log between checkpoints. A checkpoint syncs twice and copies each changed
   * page; pages that were filled and freed meanwhile are copied once.
   */
  private static final int CHECKPOINT_BYTES = 16 << 20;

  private static final String[] SCHEMA = {
    "CREATE TABLE opening (number INTEGER NOT NULL)",
    "INSERT INTO opening VALUES (0)",
    "CREATE TABLE message ("
        + " id INTEGER PRIMARY KEY,"
        + " sender TEXT," // NULL is the null reverse-path
        + " encoding INTEGER NOT NULL," // 7 or 8
        + " accepted INTEGER NOT NULL," // this and due: milliseconds since 1970 UTC
        + " size INTEGER NOT NULL,"
        + " large_file TEXT," // its name within large/
        + " body BLOB,"
        + " CHECK ((large_file IS NULL) <> (body IS NULL)))",
    "CREATE TABLE recipient ("
        + " message INTEGER NOT NULL,"
        + " number INTEGER NOT NULL,"
        + " address TEXT NOT NULL,"
        + " due INTEGER NOT NULL,"
        + " attempts INTEGER NOT NULL DEFAULT 0,"
        + " last_remote TEXT,"
        + " last_error TEXT,"
        + " PRIMARY KEY (message, number)) WITHOUT ROWID",
    "CREATE INDEX recipient_due ON recipient (due, message)",
    "PRAGMA user_version = " + SCHEMA_VERSION,
  };

  private SpoolDatabase() {}

  /** The one connection that writes; makes or checks the schema. */
  static Connection openWriter(Path file, long maximumBytes) throws SQLException, SpoolException {
    SQLiteConfig config = config();
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setPragma(
        SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(CHECKPOINT_BYTES / PAGE_BYTES));
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      useWriteAheadLog(connection);
      bringUpToDate(connection, file);
      limitSize(connection, maximumBytes);
      return connection;
    } catch (SQLException | SpoolException e) {
      connection.close();
      throw e;
    }
  }

  /** A connection that only reads, beside the writer. */
  static Connection openReader(Path file) throws SQLException {
    Connection connection = config().createConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
    return connection;
  }

  /** Counts this opening, durably, and returns its number, from 1. */
  static long countOpening(Connection writer) throws SQLException {
    try (Statement statement = writer.createStatement();
        ResultSet rows =
            statement.executeQuery("UPDATE opening SET number = number + 1 RETURNING number")) {
      return rows.getLong(1);
    }
  }

  /** Moves the write-ahead log into the database, so that a closed spool is one file. */
  static void checkpoint(Connection writer) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setPageSize(PAGE_BYTES);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setGetGeneratedKeys(false);
    config.setJournalSizeLimit(CHECKPOINT_BYTES);
    return config;
  }

  /** After the page size, which cannot change any more once there is a write-ahead log. */
  private static void useWriteAheadLog(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
    }
  }

  private static void bringUpToDate(Connection connection, Path file)
      throws SQLException, SpoolException {
    int version = schemaVersion(connection);
    if (version > SCHEMA_VERSION) {
      throw SpoolException.failed(
          file
              + " has schema version "
              + version
              + ", and this version of HybridTLS knows "
              + SCHEMA_VERSION
              + " at most: start the newer version that wrote it");
    }
    if (version == 0) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String line : SCHEMA) {
          statement.execute(line);
        }
        connection.commit();
      }
      connection.setAutoCommit(true);
    }
  }

  private static int schemaVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
      return rows.getInt(1);
    }
  }

  private static void limitSize(Connection connection, long maximumBytes) throws SQLException {
    long pages = Math.min(maximumBytes / PAGE_BYTES, MOST_PAGES);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA max_page_count = " + pages);
    }
  }
}
