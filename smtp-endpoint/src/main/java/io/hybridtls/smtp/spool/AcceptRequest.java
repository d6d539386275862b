package io.hybridtls.smtp.spool;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Takes a message. */
record AcceptRequest(
    SpooledMessage message,
    LeaseBook book,
    LargeBodies largeBodies,
    CompletableFuture<QueueId> accepted)
    implements WriteRequest {

  @Override
  public long weight() {
    return message.weight();
  }

  @Override
  public boolean isNewMail() {
    return true;
  }

  @Override
  public void apply(SpoolTables tables) throws SQLException {
    tables.insert(message);
  }

  @Override
  public boolean committed() {
    book.arrived(message);
    accepted.complete(message.id());
    return true;
  }

  @Override
  public boolean failed(SpoolException reason) {
    largeBodies.remove(message.message().body());
    accepted.completeExceptionally(reason);
    return false;
  }
}
