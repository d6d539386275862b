package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.inventory.ValidityPeriod;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Years of renewals, event by event, with the agent's own policy, back-off, choice of issuers and
 * ledger. Looks are made on full minutes, as the agent's are.
 */
final class TimeLapse {

  private final Map<String, SimulatedCa> cas;
  private final MutableClock clock;
  private final RenewalPolicy policy = new RenewalPolicy();
  private final IssuersInTurn issuers;
  private final CountedOrders counted;
  private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparing(Look::at));
  private final List<Instant> orders = new ArrayList<>();
  private final List<String> expired = new ArrayList<>();
  private int missing;
  private Instant complete = Instant.MAX;
  private long emergencies;

  private record Look(Instant at, SimulatedCertificate certificate) {}

  TimeLapse(Map<String, SimulatedCa> cas, List<SimulatedCertificate> certificates, Instant start) {
    this.cas = cas;
    clock = new MutableClock(start);
    RateLimitLedger ledger = RateLimitLedger.inMemory();
    issuers = new IssuersInTurn(ledger, clock);
    counted = new CountedOrders(ledger, clock);
    missing = certificates.size();
    certificates.forEach(certificate -> looks.add(new Look(start, certificate)));
  }

  void runUntil(Instant end) {
    while (looks.element().at().isBefore(end)) {
      Look look = looks.remove();
      clock.set(look.at());
      look(look.certificate(), look.at());
    }
    looks.forEach(look -> requireValid(look.certificate(), end));
  }

  /** Every certificate that was once not valid. */
  List<String> expired() {
    return expired;
  }

  /** When every certificate was there for the first time. */
  Instant complete() {
    return complete;
  }

  /** When orders reached a CA. */
  List<Instant> orders() {
    return orders;
  }

  long emergencies() {
    return emergencies;
  }

  private void look(SimulatedCertificate certificate, Instant now) {
    certificate.held.ifPresent(held -> requireValid(certificate, now));
    Optional<RenewalDecision> decision = certificate.held.map(held -> decide(certificate, now));
    if (decision.isPresent() && decision.get() instanceof NotDue later) {
      lookAgain(certificate, later.renewAt());
      return;
    }
    emergencies += decision.filter(RenewalDecision::isEmergency).isPresent() ? 1 : 0;
    try {
      ValidityPeriod issued =
          issuers.ask(
              certificate.orders,
              () -> OrdersAtWork.NONE,
              slack(certificate, now),
              false,
              step -> {},
              (order, instead) -> order(certificate, order, counted.reserve(order, false)));
      succeeded(certificate, issued, now);
    } catch (IssuanceException e) {
      certificate.failures++;
      lookAgain(
          certificate, e.failure().retryAt(now, certificate.failures, slack(certificate, now)));
    }
  }

  private ValidityPeriod order(
      SimulatedCertificate certificate, PlannedOrder order, Instant written)
      throws IssuanceException {
    return counted.settled(
        order, () -> Optional.of(written), () -> false, () -> order(certificate, order));
  }

  private ValidityPeriod order(SimulatedCertificate certificate, PlannedOrder order)
      throws IssuanceException {
    SimulatedCa ca = Objects.requireNonNull(cas.get(order.issuer()));
    if (!ca.isAway(clock.instant())) {
      orders.add(clock.instant());
    }
    return ca.issue(order, certificate.lifetime, clock.instant());
  }

  private void succeeded(SimulatedCertificate certificate, ValidityPeriod issued, Instant now) {
    if (certificate.held.isEmpty() && --missing == 0) {
      complete = now;
    }
    certificate.held = Optional.of(issued);
    certificate.failures = 0;
    lookAgain(certificate, ((NotDue) decide(certificate, now)).renewAt());
  }

  private RenewalDecision decide(SimulatedCertificate certificate, Instant now) {
    return policy.decide(
        List.of(certificate.held.orElseThrow()), Optional.empty(), certificate.hours, now);
  }

  private static Slack slack(SimulatedCertificate certificate, Instant now) {
    return certificate
        .held
        .filter(held -> now.isBefore(held.floor()))
        .map(held -> Slack.until(held.floor(), certificate.id))
        .orElseGet(() -> Slack.none(certificate.id));
  }

  private void lookAgain(SimulatedCertificate certificate, Instant due) {
    Instant minute = due.truncatedTo(ChronoUnit.MINUTES);
    looks.add(new Look(minute.equals(due) ? due : minute.plus(Duration.ofMinutes(1)), certificate));
  }

  private void requireValid(SimulatedCertificate certificate, Instant now) {
    if (certificate.held.filter(held -> now.isBefore(held.notAfter())).isEmpty()) {
      expired.add(certificate.id + " at " + now);
    }
  }
}
