package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.ValidityPeriod;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A CA with Let's Encrypt's limits and a strict eye: it counts on its own, by the time at which
 * requests arrive, and notes each limit that is broken. It is away at times, sometimes cannot
 * validate a name, and sometimes asks to be left alone.
 */
final class SimulatedCa {

  private static final double REFUSED = 0.002;
  private static final double BUSY = 0.001;
  private static final int LATENCY_MILLIS = 20_000;
  private static final Duration BACKDATED = Duration.ofHours(1);

  private final String name;
  private final List<Outage> outages;
  private final RandomGenerator random;
  private final Deque<Instant> orders = new ArrayDeque<>();
  private final Map<String, Deque<Instant>> byDomain = new HashMap<>();
  private final Map<String, Deque<Instant>> byNames = new HashMap<>();
  private final Map<String, Deque<Instant>> failedByName = new HashMap<>();
  private final Map<String, Instant> leaveAlone = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private final List<String> broken = new ArrayList<>();
  private long placed;

  /** A time in which nobody answers. */
  record Outage(Instant start, Instant end) {}

  SimulatedCa(String name, List<Outage> outages, RandomGenerator random) {
    this.name = name;
    this.outages = List.copyOf(outages);
    this.random = random;
  }

  /** Every limit that was broken, in words. */
  List<String> broken() {
    return broken;
  }

  long placed() {
    return placed;
  }

  boolean isAway(Instant now) {
    return outages.stream().anyMatch(o -> !now.isBefore(o.start()) && now.isBefore(o.end()));
  }

  ValidityPeriod issue(PlannedOrder order, Duration lifetime, Instant sent)
      throws IssuanceException {
    if (isAway(sent)) {
      throw new IssuanceException(new Unreachable(name + " does not answer"));
    }
    placed++;
    Instant now = sent.plusMillis(random.nextInt(LATENCY_MILLIS));
    String names = String.join(" ", order.names());
    if (sent.isBefore(leaveAlone.getOrDefault(names, Instant.MIN))) {
      broken.add("asked at " + sent + " for " + names + ", which was to be left alone");
    }
    if (random.nextDouble() < BUSY) {
      Instant until = now.plusSeconds(random.nextInt(60, 7_200));
      leaveAlone.put(names, until);
      throw new IssuanceException(new RateLimited(until, name + " is busy"));
    }
    if (!known.contains(names)) {
      spend(orders, 300, Duration.ofHours(3), now, "orders");
    }
    for (String host : order.names()) {
      expect(failedByName, host, 5, Duration.ofHours(1), now);
    }
    if (random.nextDouble() < REFUSED) {
      order.names().forEach(host -> deque(failedByName, host).addLast(now));
      throw new IssuanceException(
          new Rejected(name + " could not connect to " + names, order.names()));
    }
    certificate(order, names, now);
    Instant start = now.minus(BACKDATED);
    return new ValidityPeriod(start, start.plus(lifetime), random.nextLong());
  }

  private void certificate(PlannedOrder order, String names, Instant now) {
    if (known.add(names)) {
      Set<String> domains = new HashSet<>();
      order.names().forEach(host -> domains.add(host.substring(host.indexOf('.') + 1)));
      domains.forEach(d -> spend(deque(byDomain, d), 50, Duration.ofDays(7), now, d));
    }
    spend(deque(byNames, names), 5, Duration.ofDays(7), now, names);
  }

  private void expect(
      Map<String, Deque<Instant>> spent, String key, int allowed, Duration period, Instant now) {
    Deque<Instant> times = deque(spent, key);
    drop(times, period, now);
    if (times.size() >= allowed) {
      broken.add(key + " failed " + times.size() + " times before " + now);
    }
  }

  private void spend(Deque<Instant> times, int allowed, Duration period, Instant now, String what) {
    drop(times, period, now);
    times.addLast(now);
    if (times.size() > allowed) {
      broken.add(name + ": " + times.size() + " of " + allowed + " for " + what + " at " + now);
    }
  }

  private static void drop(Deque<Instant> times, Duration period, Instant now) {
    while (!times.isEmpty() && !times.getFirst().plus(period).isAfter(now)) {
      times.removeFirst();
    }
  }

  private static Deque<Instant> deque(Map<String, Deque<Instant>> map, String key) {
    return map.computeIfAbsent(key, k -> new ArrayDeque<>());
  }
}
