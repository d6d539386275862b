package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** The changes to the tables, as statements prepared once. Used by the writer's thread alone. */
final class SpoolTables {

  private static final int MAX_ERROR_CHARACTERS = 1_000;

  private static final String INSERT_MESSAGE =
      "INSERT INTO message (id, sender, encoding, accepted, size, large_file, body)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";
  private static final String INSERT_RECIPIENT =
      "INSERT INTO recipient (message, number, address, due) VALUES (?, ?, ?, ?)";
  private static final List<String> DELETE_BOTH =
      List.of("DELETE FROM recipient WHERE message = ?", "DELETE FROM message WHERE id = ?");
  private static final String DELETE_RECIPIENT =
      "DELETE FROM recipient WHERE message = ? AND number = ?";
  private static final String DEFER_RECIPIENT =
      "UPDATE recipient SET due = ?, attempts = attempts + 1, last_remote = ?, last_error = ?"
          + " WHERE message = ? AND number = ?";
  private static final String EARLIEST_DUE = "SELECT min(due) FROM recipient WHERE message = ?";
  private static final String EXPEDITE = "UPDATE recipient SET due = ? WHERE due > ?";

  private final Statements statements;

  SpoolTables(Connection connection) {
    statements = new Statements(connection);
  }

  void begin() throws SQLException {
    statements.of("BEGIN IMMEDIATE").execute();
  }

  /** Durable when it returns. */
  void commit() throws SQLException {
    statements.of("COMMIT").execute();
  }

  /** Undoes what was done since {@link #begin}. */
  void rollback() {
    statements.rollback();
  }

  void insert(SpooledMessage spooled) throws SQLException {
    NewMessage message = spooled.message();
    PreparedStatement insertMessage = statements.of(INSERT_MESSAGE);
    insertMessage.setLong(1, spooled.id().value());
    if (message.sender().mailbox().isPresent()) {
      insertMessage.setString(2, message.sender().mailbox().get().toString());
    } else {
      insertMessage.setNull(2, Types.VARCHAR);
    }
    insertMessage.setInt(3, message.encoding() == BodyEncoding.EIGHT_BIT_MIME ? 8 : 7);
    insertMessage.setLong(4, spooled.acceptedAt().toEpochMilli());
    insertMessage.setLong(5, message.body().size());
    bindBody(insertMessage, message.body());
    insertMessage.executeUpdate();
    PreparedStatement insertRecipient = statements.of(INSERT_RECIPIENT);
    insertRecipient.setLong(1, spooled.id().value());
    insertRecipient.setLong(4, spooled.due());
    int number = 0;
    for (EmailAddress address : message.recipients()) {
      insertRecipient.setInt(2, number++);
      insertRecipient.setString(3, address.toString());
      insertRecipient.executeUpdate();
    }
  }

  private static void bindBody(PreparedStatement insertMessage, MessageBody body)
      throws SQLException {
    if (body instanceof MessageBody.InMemory memory) {
      insertMessage.setNull(6, Types.VARCHAR);
      insertMessage.setBytes(7, memory.content());
    } else {
      Path file = ((MessageBody.Large) body).file();
      insertMessage.setString(6, String.valueOf(file.getFileName()));
      insertMessage.setNull(7, Types.BLOB);
    }
  }

  /** Removes the message with whatever recipients it still has. */
  void delete(QueueId id) throws SQLException {
    for (String sql : DELETE_BOTH) {
      PreparedStatement delete = statements.of(sql);
      delete.setLong(1, id.value());
      delete.executeUpdate();
    }
  }

  /** Returns whether the recipient was there. */
  boolean deleteRecipient(QueueId id, int number) throws SQLException {
    PreparedStatement deleteRecipient = statements.of(DELETE_RECIPIENT);
    deleteRecipient.setLong(1, id.value());
    deleteRecipient.setInt(2, number);
    return deleteRecipient.executeUpdate() > 0;
  }

  void defer(QueueId id, Settlement.Deferred deferred) throws SQLException {
    String error = deferred.detail();
    PreparedStatement deferRecipient = statements.of(DEFER_RECIPIENT);
    deferRecipient.setLong(1, roundUp(deferred.until()));
    deferRecipient.setString(2, deferred.remote());
    deferRecipient.setString(3, error.substring(0, Math.min(error.length(), MAX_ERROR_CHARACTERS)));
    deferRecipient.setLong(4, id.value());
    deferRecipient.setInt(5, deferred.recipient());
    deferRecipient.executeUpdate();
  }

  /** When the first of the message's recipients is due; empty when it has none. */
  OptionalLong earliestDue(QueueId id) throws SQLException {
    PreparedStatement earliestDue = statements.of(EARLIEST_DUE);
    earliestDue.setLong(1, id.value());
    try (ResultSet rows = earliestDue.executeQuery()) {
      long due = rows.getLong(1);
      return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
    }
  }

  /** Returns how many recipients became due. */
  int expedite(long now) throws SQLException {
    PreparedStatement expedite = statements.of(EXPEDITE);
    expedite.setLong(1, now);
    expedite.setLong(2, now);
    return expedite.executeUpdate();
  }

  /** Nothing is due before its instant, although the database counts in milliseconds. */
  private static long roundUp(Instant instant) {
    long millis = instant.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis;
  }
}
