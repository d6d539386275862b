package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.EmailAddress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records what became of the recipients of a leased message. */
final class SettleRequest implements WriteRequest {

  private static final Logger log = LoggerFactory.getLogger(SettleRequest.class);

  private final LeasedMessage message;
  private final List<Settlement> settlements;
  private final boolean whole;
  private final LeaseBook book;
  private final LargeBodies largeBodies;
  private final Bouncer bouncer;
  private final CompletableFuture<Void> settled;
  private List<BounceMessage.FailedRecipient> failures = List.of();
  private @Nullable SpooledMessage bounce;
  private OptionalLong nextDue = OptionalLong.empty();

  /**
   * @param whole whether the lease covers every recipient that the message has
   */
  SettleRequest(
      LeasedMessage message,
      List<Settlement> settlements,
      boolean whole,
      LeaseBook book,
      LargeBodies largeBodies,
      Bouncer bouncer,
      CompletableFuture<Void> settled) {
    this.message = message;
    this.settlements = List.copyOf(settlements);
    this.whole = whole;
    this.book = book;
    this.largeBodies = largeBodies;
    this.bouncer = bouncer;
    this.settled = settled;
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
    failures = new ArrayList<>();
    bounce = null;
    nextDue = OptionalLong.empty();
    if (whole && isDeliveredToAll()) {
      tables.delete(message.id());
      return;
    }
    for (Settlement settlement : settlements) {
      apply(settlement, tables);
    }
    nextDue = tables.earliestDue(message.id());
    if (nextDue.isEmpty()) {
      tables.delete(message.id());
    }
    if (!failures.isEmpty() && message.sender().mailbox().isPresent()) {
      SpooledMessage report = bouncer.bounce(message, failures);
      tables.insert(report);
      bounce = report;
    }
  }

  private boolean isDeliveredToAll() {
    return settlements.stream().allMatch(Settlement.Delivered.class::isInstance)
        && settlements.stream().map(Settlement::recipient).distinct().count()
            == message.recipients().size();
  }

  private void apply(Settlement settlement, SpoolTables tables) throws SQLException {
    if (settlement instanceof Settlement.Deferred deferred) {
      tables.defer(message.id(), deferred);
    } else if (tables.deleteRecipient(message.id(), settlement.recipient())
        && settlement instanceof Settlement.Failed failed) {
      failures.add(new BounceMessage.FailedRecipient(address(failed.recipient()), failed));
    }
  }

  private EmailAddress address(int number) {
    return message.recipients().stream()
        .filter(recipient -> recipient.number() == number)
        .findFirst()
        .orElseThrow()
        .address();
  }

  @Override
  public boolean committed() {
    if (nextDue.isPresent()) {
      book.stays(message.id(), nextDue.getAsLong());
    } else {
      book.left(message.id());
      largeBodies.remove(message.body());
    }
    if (bounce != null) {
      book.arrived(bounce);
    }
    reportFailures();
    settled.complete(null);
    return bounce != null;
  }

  private void reportFailures() {
    for (BounceMessage.FailedRecipient failure : failures) {
      if (bounce == null) {
        log.warn(
            "{}: undeliverable to <{}> and dropped, since it has no sender to tell: {}",
            message.id(),
            failure.address(),
            failure.settlement().detail());
      } else {
        log.info(
            "{}: undeliverable to <{}>, told to {} by {}: {}",
            message.id(),
            failure.address(),
            message.sender(),
            bounce.id(),
            failure.settlement().detail());
      }
    }
  }

  @Override
  public boolean failed(SpoolException reason) {
    if (settled.completeExceptionally(reason)) {
      log.warn("{}: not settled yet, to be tried again: {}", message.id(), reason.getMessage());
    }
    return true;
  }
}
