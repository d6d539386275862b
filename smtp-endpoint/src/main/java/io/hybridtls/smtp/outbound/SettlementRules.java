package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.RetrySchedule;
import io.hybridtls.smtp.spool.Settlement;
import java.time.Instant;
import java.util.Optional;

/** What the spool is to record of an outcome. Pure. */
final class SettlementRules {

  /** Delivery time expired (RFC 3463, section 3.5). */
  private static final String EXPIRED = "4.4.7";

  private final RetrySchedule retries;

  SettlementRules(RetrySchedule retries) {
    this.retries = retries;
  }

  /**
   * Decides what becomes of {@code recipient} after an attempt that ended at {@code now}.
   *
   * @param outdated whether the configuration has changed since the attempt began: a deferral is
   *     then due at once
   */
  Settlement settlement(
      LeasedMessage message,
      LeasedRecipient recipient,
      DeliveryOutcome outcome,
      Instant now,
      boolean outdated) {
    int number = recipient.number();
    String remote = outcome.relay().remote();
    if (outcome instanceof DeliveryOutcome.Delivered delivered) {
      return new Settlement.Delivered(number, remote, delivered.reply());
    }
    if (outcome instanceof DeliveryOutcome.PermanentFailure failure) {
      return new Settlement.Failed(number, failure.status().toString(), remote, failure.detail());
    }
    String detail = described((DeliveryOutcome.TransientFailure) outcome);
    Optional<Instant> next = retries.next(message.acceptedAt(), now, recipient.attempts() + 1);
    if (next.isEmpty()) {
      return new Settlement.Failed(
          number,
          EXPIRED,
          remote,
          "not delivered within " + retries.lifetime() + "; the last attempt: " + detail);
    }
    return new Settlement.Deferred(number, outdated ? now : next.get(), remote, detail);
  }

  /** The detail, with the status in it. */
  private static String described(DeliveryOutcome.TransientFailure failure) {
    String status = failure.status().toString();
    return failure.detail().contains(status) ? failure.detail() : status + " " + failure.detail();
  }
}
