package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the issuers of a certificate in turn, within what they grant: as {@link IssuerChoice} says,
 * and the next one after a failure that another CA may mend. Safe for any thread.
 */
final class IssuersInTurn {

  private static final Logger log = LoggerFactory.getLogger(IssuersInTurn.class);

  /** An order that is taken up again later than this is not waited for. */
  private static final Duration SOON = Duration.ofDays(2);

  private final RateLimitLedger ledger;
  private final InstantSource clock;
  private final IssuerHealth health = new IssuerHealth();

  IssuersInTurn(RateLimitLedger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Asks one issuer. */
  @FunctionalInterface
  interface Asking<T> {
    /**
     * Asks the issuer of {@code order}.
     *
     * @param instead why it is asked and not the first choice; empty for the first choice
     */
    T ask(PlannedOrder order, Optional<String> instead) throws IssuanceException;
  }

  /**
   * Asks until one issues.
   *
   * @param orders the same one at each issuer, the first choice first
   * @param atWork with whom it is placed already, which costs nothing more: they are asked before
   *     the others, and whatever they grant. One that does not answer is waited for as long as
   *     there is time, since what another issues then is spent in vain when the first has issued,
   *     too
   * @param insist also those that rest, because an operator wants it
   * @throws IssuanceException with the failure after which trying again makes sense soonest, or
   *     with the first that no other CA may mend
   */
  <T> T ask(
      List<PlannedOrder> orders,
      Supplier<OrdersAtWork> atWork,
      Slack slack,
      boolean insist,
      IssuanceProgress progress,
      Asking<T> asking)
      throws IssuanceException {
    Instant now = clock.instant();
    OrdersAtWork placed = atWork.get();
    IssuerChoice choice =
        insist
            ? new IssuerChoice(names(inOrder(orders, placed)), Map.of())
            : choose(orders, placed, now);
    List<IssuanceException> failures = new ArrayList<>();
    Map<String, String> failed = new LinkedHashMap<>();
    choice.resting().forEach((issuer, rest) -> failures.add(passedOver(issuer, rest, progress)));
    for (String issuer : choice.asked()) {
      try {
        T issued = asking.ask(order(orders, issuer), instead(orders, issuer, choice, failed));
        health.answered(issuer);
        return issued;
      } catch (IssuanceException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e; // it says nothing about the CA, and no other could be heard either
        }
        note(issuer, e.failure());
        if (!e.failure().anotherCaMayMend()) {
          throw e;
        }
        if (!insist && isSoonAgain(e.failure(), slack) && atWork.get().isPromisingAt(issuer)) {
          progress.step("waiting for the order at issuer " + issuer + ": it may yet be issued");
          throw e;
        }
        failures.add(e);
        failed.put(issuer, e.failure().describe());
        if (choice.asked().size() > 1) { // else the alarm says it all
          log.info("issuer {}: {}", issuer, e.failure().describe());
        }
      }
    }
    throw failures.stream()
        .min(Comparator.comparing(e -> e.failure().retryAt(now, 1, slack)))
        .orElseThrow();
  }

  /** Whom a scheduled attempt would ask now, and who rests. */
  IssuerChoice choose(List<PlannedOrder> orders, OrdersAtWork placed, Instant now) {
    return IssuerChoice.of(
        names(inOrder(orders, placed)), issuer -> rest(order(orders, issuer), placed, now), now);
  }

  /** How each issuer stands to its order, in the order in which they are asked. */
  List<IssuerStanding> standing(List<PlannedOrder> orders, OrdersAtWork placed, Instant now) {
    return inOrder(orders, placed).stream()
        .map(
            order ->
                new IssuerStanding(
                    order.issuer(),
                    rest(order, placed, now).filter(rest -> now.isBefore(rest.until())),
                    ledger.shares(order, now)))
        .toList();
  }

  /** Those with which it is placed come first. */
  private static List<PlannedOrder> inOrder(List<PlannedOrder> orders, OrdersAtWork placed) {
    List<PlannedOrder> sorted = new ArrayList<>(orders);
    sorted.sort(Comparator.comparing(order -> !placed.isAt(order.issuer())));
    return sorted;
  }

  /** Whether the next attempt comes while there is time left to ask another issuer then. */
  private boolean isSoonAgain(IssuanceFailure failure, Slack slack) {
    Instant now = clock.instant();
    Instant again = failure.retryAt(now, 1, slack);
    return again.isBefore(now.plus(SOON)) && slack.floor().filter(again::isBefore).isPresent();
  }

  private static Optional<String> instead(
      List<PlannedOrder> orders, String issuer, IssuerChoice choice, Map<String, String> failed) {
    String first = orders.get(0).issuer();
    if (first.equals(issuer)) {
      return Optional.empty();
    }
    IssuerRest rest = choice.resting().get(first);
    return Optional.ofNullable(rest == null ? failed.get(first) : rest.reason())
        .map(why -> first + " does not issue now: " + why);
  }

  private static List<String> names(List<PlannedOrder> orders) {
    return orders.stream().map(PlannedOrder::issuer).toList();
  }

  private static PlannedOrder order(List<PlannedOrder> orders, String issuer) {
    return orders.stream().filter(o -> o.issuer().equals(issuer)).findFirst().orElseThrow();
  }

  private Optional<IssuerRest> rest(PlannedOrder order, OrdersAtWork placed, Instant now) {
    if (placed.isAt(order.issuer())) {
      return Optional.empty();
    }
    Optional<IssuerRest> rest = health.rest(order.issuer(), now);
    return rest.filter(IssuerRest::binding)
        .or(() -> ledger.check(order, now).map(IssuerRest::limited))
        .or(() -> rest);
  }

  private void note(String issuer, IssuanceFailure failure) {
    if (failure instanceof Unreachable unreachable) {
      health.silent(issuer, "it did not answer: " + unreachable.cause(), clock.instant());
    } else if (failure instanceof RateLimited demand && demand.everyOrder()) {
      health.busy(issuer, demand, clock.instant());
    } else if (!(failure instanceof AtRehearsal)) { // which was elsewhere
      health.answered(issuer);
    }
  }

  private static IssuanceException passedOver(
      String issuer, IssuerRest rest, IssuanceProgress progress) {
    progress.step(
        "passing over issuer "
            + issuer
            + " until "
            + InWords.of(rest.until())
            + ": "
            + rest.reason());
    return new IssuanceException(rest.failure());
  }
}
