package io.hybridtls.smtp.spool;

import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Makes everything due. */
final class ExpediteRequest implements WriteRequest {

  private final Instant now;
  private final LeaseBook book;
  private final CompletableFuture<Void> done;
  private int changed;

  ExpediteRequest(Instant now, LeaseBook book, CompletableFuture<Void> done) {
    this.now = now;
    this.book = book;
    this.done = done;
  }

  @Override
  public long weight() {
    return 0;
  }

  @Override
  public boolean isNewMail() {
    return false;
  }

  @Override
  public void apply(SpoolTables tables) throws SQLException {
    changed = tables.expedite(now.toEpochMilli());
  }

  @Override
  public boolean committed() {
    if (changed > 0) {
      book.waits(LeaseBook.UNKNOWN);
    }
    done.complete(null);
    return changed > 0;
  }

  @Override
  public boolean failed(SpoolException reason) {
    done.completeExceptionally(reason);
    return false;
  }
}
