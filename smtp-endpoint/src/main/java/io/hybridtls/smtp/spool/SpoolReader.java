package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the tables on a connection of its own. For one thread at a time. */
final class SpoolReader {

  /** Octets of bodies beyond which a lease reads no further message. */
  private static final long MAX_BODY_BYTES = 32L << 20;

  private static final String BY_DUE =
      "SELECT due, message FROM recipient INDEXED BY recipient_due ORDER BY due, message";
  private static final String MESSAGE =
      "SELECT sender, encoding, accepted, size, large_file, body FROM message WHERE id = ?";
  private static final String RECIPIENTS =
      "SELECT number, address, attempts, due FROM recipient WHERE message = ? ORDER BY number";
  private static final String COUNTS =
      "SELECT count(DISTINCT message), count(*), count(nullif(attempts, 0)) FROM recipient";
  private static final String LARGE_FILES =
      "SELECT large_file FROM message WHERE large_file IS NOT NULL";

  private final Statements statements;
  private final LargeBodies largeBodies;

  SpoolReader(Connection connection, LargeBodies largeBodies) {
    this.statements = new Statements(connection);
    this.largeBodies = largeBodies;
  }

  /**
   * Leases messages due at {@code now}, oldest due first, until {@code into} has {@code max}; tells
   * {@code book} when the first cold message after them is due. The whole of it sees one state of
   * the database.
   */
  void lease(LeaseBook book, long now, int max, List<LeasedMessage> into) throws SQLException {
    book.beginLooking();
    statements.of("BEGIN").execute();
    lookThrough(book, now, max, into);
    statements.of("COMMIT").execute();
  }

  private void lookThrough(LeaseBook book, long now, int max, List<LeasedMessage> into)
      throws SQLException {
    try (ResultSet rows = statements.of(BY_DUE).executeQuery()) {
      long room = MAX_BODY_BYTES;
      while (rows.next()) {
        long due = rows.getLong(1);
        QueueId id = new QueueId(rows.getLong(2));
        if (book.isLeased(id)) {
          continue;
        }
        boolean wanted = due <= now && into.size() < max && room > 0;
        if (wanted) {
          LeasedMessage leased = lease(book, id, now);
          room -= leased.body() instanceof MessageBody.InMemory memory ? memory.size() : 0;
          into.add(leased);
        } else if (!book.isHot(id)) {
          book.waits(due);
          return;
        }
      }
    }
  }

  /** Makes the connection usable again after one of the other methods failed. */
  void recover() {
    statements.rollback();
  }

  private LeasedMessage lease(LeaseBook book, QueueId id, long now) throws SQLException {
    Optional<LeasedMessage> hot = book.leaseHot(id);
    if (hot.isPresent()) {
      return hot.get();
    }
    List<LeasedMessage.LeasedRecipient> due = new ArrayList<>();
    int all = readRecipients(id, now, due);
    LeasedMessage leased = readMessage(id, due);
    book.leaseCold(id, due.size() == all);
    return leased;
  }

  /** Adds those who are due, and returns how many there are. */
  private int readRecipients(QueueId id, long now, List<LeasedMessage.LeasedRecipient> due)
      throws SQLException {
    PreparedStatement recipients = statements.of(RECIPIENTS);
    recipients.setLong(1, id.value());
    int all = 0;
    try (ResultSet rows = recipients.executeQuery()) {
      while (rows.next()) {
        all++;
        if (rows.getLong(4) <= now) {
          due.add(
              new LeasedMessage.LeasedRecipient(
                  rows.getInt(1), address(rows.getString(2)), rows.getInt(3)));
        }
      }
    }
    return all;
  }

  private LeasedMessage readMessage(QueueId id, List<LeasedMessage.LeasedRecipient> due)
      throws SQLException {
    PreparedStatement message = statements.of(MESSAGE);
    message.setLong(1, id.value());
    try (ResultSet row = message.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("message " + id + " has recipients but no row");
      }
      return new LeasedMessage(
          id,
          sender(row.getString(1)),
          row.getInt(2) == 8 ? BodyEncoding.EIGHT_BIT_MIME : BodyEncoding.SEVEN_BIT,
          Instant.ofEpochMilli(row.getLong(3)),
          body(row.getLong(4), row.getString(5), row.getBytes(6)),
          due);
    }
  }

  private MessageBody body(long size, @Nullable String largeFile, byte @Nullable [] content) {
    if (largeFile != null) {
      return new MessageBody.Large(largeBodies.file(largeFile), size);
    }
    return new MessageBody.InMemory(content == null ? new byte[0] : content);
  }

  private static ReversePath sender(@Nullable String text) {
    return text == null ? ReversePath.none() : ReversePath.of(address(text));
  }

  /** Takes an address apart; it was checked when the message was accepted. */
  private static EmailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new EmailAddress(text.substring(0, at), text.substring(at + 1));
  }

  SpoolStatistics statistics() throws SQLException {
    try (ResultSet row = statements.of(COUNTS).executeQuery()) {
      return new SpoolStatistics(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** The names of the large bodies that belong to messages. */
  Set<String> largeFiles() throws SQLException {
    try (ResultSet rows = statements.of(LARGE_FILES).executeQuery()) {
      Set<String> names = new HashSet<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }
}
