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

/** Places orders within the ledger: written down before, and settled after. For any thread. */
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
   * Places {@code order} if the ledger allows it.
   *
   * @param insist whether it is placed even if it does not
   * @param pending asked after a failure: whether the order stands, and may still be issued
   * @throws IssuanceException also when the ledger does not allow it
   */
  <T> T place(PlannedOrder order, boolean insist, BooleanSupplier pending, Ordering<T> ordering)
      throws IssuanceException {
    Instant placed = reserve(order, insist);
    try {
      T issued = ordering.order();
      settle(order, placed, true);
      return issued;
    } catch (IssuanceException e) {
      failed(order, placed, e.failure(), pending.getAsBoolean());
      throw e;
    }
  }

  /**
   * Goes on with an order that was written down when it was placed.
   *
   * @param placedAnew asked at the end: when another was written down that has taken its place
   */
  <T> T resume(
      PlannedOrder order,
      Supplier<Optional<Instant>> placedAnew,
      BooleanSupplier pending,
      Ordering<T> ordering)
      throws IssuanceException {
    try {
      T issued = ordering.order();
      settle(order, placedAnew.get().orElseGet(clock::instant), true);
      return issued;
    } catch (IssuanceException e) {
      Optional<Instant> placed = placedAnew.get();
      if (placed.isPresent()) {
        failed(order, placed.get(), e.failure(), pending.getAsBoolean());
      } else {
        noted(order, e.failure());
      }
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

  private void failed(
      PlannedOrder order, Instant placed, IssuanceFailure failure, boolean pending) {
    if (failure instanceof AtRehearsal) { // whatever the staging directory wants is not this CA's
      note(() -> ledger.withdraw(order, placed, clock.instant()));
      return;
    }
    if (!pending) {
      settle(order, placed, false);
    }
    noted(order, failure);
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
