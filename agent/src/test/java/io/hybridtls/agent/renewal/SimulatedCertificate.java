package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.inventory.ValidityPeriod;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A certificate of the time-lapse: dates in place of X.509. */
final class SimulatedCertificate {

  final String id;
  final Duration lifetime;
  final List<PlannedOrder> orders;
  final RenewalHours hours;
  Optional<ValidityPeriod> held = Optional.empty();
  int failures;

  SimulatedCertificate(
      String id, Duration lifetime, List<PlannedOrder> orders, RenewalHours hours) {
    this.id = id;
    this.lifetime = lifetime;
    this.orders = orders;
    this.hours = hours;
  }
}
