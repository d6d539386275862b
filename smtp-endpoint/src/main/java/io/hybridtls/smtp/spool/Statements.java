package io.hybridtls.smtp.spool;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements of one connection, prepared at first use. The driver finalizes a statement whose
 * execution fails, and one that is halfway through its rows keeps its table locked: after {@link
 * #rollback} they are all prepared anew.
 */
final class Statements {

  private static final Logger log = LoggerFactory.getLogger(Statements.class);

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  PreparedStatement of(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  /** Ends a transaction that failed; SQLite has ended it already after some errors. */
  void rollback() {
    try {
      of("ROLLBACK").execute();
    } catch (SQLException e) {
      log.trace("nothing to roll back: {}", e.getMessage());
    } finally {
      forget();
    }
  }

  private void forget() {
    for (PreparedStatement statement : prepared.values()) {
      try {
        statement.close();
      } catch (SQLException e) {
        log.trace("statement cannot be closed: {}", e.getMessage());
      }
    }
    prepared.clear();
  }
}
