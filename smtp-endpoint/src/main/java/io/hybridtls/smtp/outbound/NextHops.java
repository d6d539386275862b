package io.hybridtls.smtp.outbound;

import java.util.List;
import java.util.Optional;

/** Where a route leads: hosts in the order in which to try them, or nowhere, for a reason. */
public sealed interface NextHops {

  /** At least one host. */
  record Known(List<NextHop> hosts) implements NextHops {
    public Known {
      hosts = List.copyOf(hosts);
      if (hosts.isEmpty()) {
        throw new IllegalArgumentException("a route has at least one host");
      }
    }

    @Override
    public Optional<DeliveryOutcome> failure() {
      return Optional.empty();
    }
  }

  /** No host; what that means for the recipients. */
  record None(DeliveryOutcome outcome) implements NextHops {
    @Override
    public List<NextHop> hosts() {
      return List.of();
    }

    @Override
    public Optional<DeliveryOutcome> failure() {
      return Optional.of(outcome);
    }
  }

  List<NextHop> hosts();

  /** The outcome of every recipient, when there is no host. */
  Optional<DeliveryOutcome> failure();
}
