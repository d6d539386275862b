package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.ratelimit.Wait;
import io.hybridtls.agent.renewal.IssuanceFailure.LimitReached;
import io.hybridtls.agent.renewal.IssuanceFailure.NotStored;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders within the ledger: written down before, and settled after. For any thread. */
final class CountedOrders {

  private static final Logger log = LoggerFactory.getLogger(CountedOrders.class);

  private final RateLimitLedger ledger;
  private final InstantSource clock;

  CountedOrders(RateLimitLedger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Places an order and waits for what comes of it. */
  @FunctionalInterface
  interface Ordering<T> {
    T order() throws IssuanceException;
  }

  /** Writes something down. */
  @FunctionalInterface
  private interface Note {
    void write() throws IOException;
  }

  /**
   * Waits for what comes of {@code order}, and notes it.
   *
   * @param written asked at the end: when it was written down; empty when it was not sent, or an
   *     earlier attempt has written it down
   * @param pending asked after a failure: whether the order stands, and may still be issued
   */
  <T> T settled(
      PlannedOrder order,
      Supplier<Optional<Instant>> written,
      BooleanSupplier pending,
      Ordering<T> ordering)
      throws IssuanceException {
    try {
      T issued = ordering.order();
      settle(order, written.get().orElseGet(clock::instant), true);
      return issued;
    } catch (IssuanceException e) {
      Optional<Instant> placed = written.get();
      if (placed.isPresent() && !pending.getAsBoolean()) {
        settle(order, placed.get(), false);
      }
      noted(order, e.failure());
      throw e;
    }
  }

  /**
   * Writes {@code order} down, before it is placed.
   *
   * @return when, by which it is settled
   * @throws IssuanceException when the ledger does not allow it
   */
  Instant reserve(PlannedOrder order, boolean insist) throws IssuanceException {
    Instant now = clock.instant();
    Optional<Wait> wait;
    try {
      if (insist) {
        ledger.spend(order, now);
        return now;
      }
      wait = ledger.reserve(order, now);
    } catch (IOException e) {
      throw new IssuanceException(
          new NotStored("the ledger of rate limits cannot be written: " + e), e);
    }
    if (wait.isPresent()) {
      throw new IssuanceException(new LimitReached(wait.get().until(), wait.get().reason()));
    }
    return now;
  }

  private void noted(PlannedOrder order, IssuanceFailure failure) {
    if (!failure.unproved().isEmpty()) {
      note(() -> ledger.validationFailed(order, failure.unproved(), clock.instant()));
    }
    if (failure instanceof RateLimited limited) {
      note(() -> ledger.demanded(order, limited.until(), clock.instant()));
    }
  }

  private void settle(PlannedOrder order, Instant placed, boolean issued) {
    note(() -> ledger.settle(order, placed, issued, clock.instant()));
  }

  /** What is not written here makes the ledger count too much, never too little. */
  private static void note(Note note) {
    try {
      note.write();
    } catch (IOException e) {
      log.warn("the ledger of rate limits cannot be written: {}", e.toString());
    }
  }
}
