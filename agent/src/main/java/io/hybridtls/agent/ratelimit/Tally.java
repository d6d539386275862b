package io.hybridtls.agent.ratelimit;

import io.hybridtls.agent.ratelimit.LedgerEvent.Kind;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The counts of one authority, made of its events. For one thread at a time. */
final class Tally {

  /** Longer than the period of any limit; older events count for nothing. */
  static final Duration RETENTION = Duration.ofDays(31);

  /** After this time names are new to the CA again, as far as we know. */
  private static final Duration RENEWABLE = Duration.ofDays(400);

  /** The CA's clock starts when our request arrives, not when it is sent. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Deque<LedgerEvent> recent = new ArrayDeque<>();
  private final Map<Counted, Deque<Instant>> counts = new HashMap<>();
  private final Map<Instant, Instant> aheadSince = new HashMap<>();
  private boolean unwritten;
  private final Map<String, LedgerEvent> issued = new HashMap<>();
  private final Map<Counted, LedgerEvent> demands = new HashMap<>();

  /** What one limit counts together. */
  private record Counted(Optional<Scope> scope, String account, String subject) {

    static Counted of(Scope scope, String account, String subject) {
      return new Counted(Optional.of(scope), scope.isPerAccount() ? account : "", subject);
    }

    static Counted demand(String account, String nameSet) {
      return new Counted(Optional.empty(), account, nameSet);
    }
  }

  void apply(LedgerEvent event) {
    switch (event.kind()) {
      case ORDER -> {
        count(Scope.ORDERS, event.account(), "", event.at());
        domains(event).forEach(d -> count(Scope.CERTIFICATES_PER_DOMAIN, "", d, event.at()));
        count(Scope.CERTIFICATES_PER_NAME_SET, "", nameSet(event), event.at());
      }
      case RENEWAL -> count(Scope.CERTIFICATES_PER_NAME_SET, "", nameSet(event), event.at());
      case REPLACEMENT -> {}
      case ISSUED -> issued.put(nameSet(event), event);
      case NOT_ISSUED -> giveBackCertificate(event);
      case FAILED_VALIDATION ->
          event
              .names()
              .forEach(n -> count(Scope.FAILED_VALIDATIONS, event.account(), n, event.at()));
      case DEMAND -> demands.put(Counted.demand(event.account(), nameSet(event)), event);
      case AHEAD -> aheadSince.merge(event.order(), event.at(), Tally::earlier);
    }
    if (event.kind() != Kind.AHEAD) { // which is kept for as long as it is so
      recent.addLast(event);
    }
  }

  /** What kind of order this would be. */
  Kind kind(PlannedOrder order, Instant now) {
    if (order.replaces()) {
      return Kind.REPLACEMENT;
    }
    LedgerEvent before = issued.get(order.nameSet());
    return before != null && before.at().plus(RENEWABLE).isAfter(now) ? Kind.RENEWAL : Kind.ORDER;
  }

  /**
   * Until when the CA has asked to be left alone with such orders. What was noted later than now
   * was noted by a clock that has been set back since, and says nothing of the time.
   */
  Optional<Instant> demanded(PlannedOrder order, Instant now) {
    return Optional.ofNullable(demands.get(Counted.demand(order.issuer(), order.nameSet())))
        .filter(demand -> !now.isBefore(demand.order()))
        .map(LedgerEvent::at)
        .filter(now::isBefore);
  }

  /** What is spent of everything that the order would be counted by. */
  List<SpentShare> shares(PlannedOrder order, Instant now) {
    List<SpentShare> shares = new ArrayList<>();
    Kind kind = kind(order, now);
    for (RateLimit limit : order.terms().limits().limits()) {
      for (String subject : subjects(order, kind, limit.scope())) {
        shares.add(share(limit, order.issuer(), subject, now));
      }
    }
    return shares;
  }

  /** What must be kept to know the same as now. */
  List<LedgerEvent> live(Instant now) {
    forget(now);
    List<LedgerEvent> live = new ArrayList<>(issued.values());
    live.removeIf(event -> isRecent(event, now));
    live.addAll(recent);
    aheadSince.forEach((at, since) -> live.add(ahead(at, since)));
    return live;
  }

  private static LedgerEvent ahead(Instant at, Instant since) {
    return new LedgerEvent(Kind.AHEAD, "", List.of(), since, at);
  }

  /** Whether something lies ahead, and what was kept does not say since when. */
  boolean isUnwritten() {
    return unwritten;
  }

  /** What {@link #live} says has been kept. */
  void written() {
    unwritten = false;
  }

  void forget(Instant now) {
    recent.removeIf(event -> !isRecent(event, now)); // not in order where the clock was set back
    issued.values().removeIf(event -> !event.at().plus(RENEWABLE).isAfter(now));
    demands.values().removeIf(demand -> !demand.at().isAfter(now));
    aheadSince.keySet().removeIf(at -> !at.isAfter(now));
    counts.values().removeIf(Deque::isEmpty);
  }

  private static boolean isRecent(LedgerEvent event, Instant now) {
    return event.at().plus(RETENTION).isAfter(now);
  }

  private static Set<String> subjects(PlannedOrder order, Kind kind, Scope scope) {
    if (kind == Kind.REPLACEMENT) {
      return Set.of();
    }
    boolean renewal = kind == Kind.RENEWAL;
    return switch (scope) {
      case ORDERS -> renewal ? Set.of() : Set.of("");
      case CERTIFICATES_PER_DOMAIN -> renewal ? Set.of() : order.domains();
      case CERTIFICATES_PER_NAME_SET -> Set.of(order.nameSet());
      case FAILED_VALIDATIONS -> new TreeSet<>(order.names());
    };
  }

  private SpentShare share(RateLimit limit, String account, String subject, Instant now) {
    Deque<Instant> times = counts.get(Counted.of(limit.scope(), account, subject));
    Duration period = limit.period().plus(MARGIN);
    Instant cutoff = now.minus(period);
    if (times == null) {
      return new SpentShare(limit, subject, 0, Optional.empty());
    }
    while (!times.isEmpty() && !times.getFirst().isAfter(cutoff)) {
      times.removeFirst();
    }
    // a clock that was set back leaves times out of order
    List<Instant> counted =
        times.stream().map(at -> seen(at, now)).filter(cutoff::isBefore).sorted().toList();
    int over = counted.size() - limit.allowed();
    return new SpentShare(
        limit,
        subject,
        counted.size(),
        over < 0 ? Optional.empty() : Optional.of(counted.get(over).plus(period)));
  }

  /**
   * What lies ahead was noted by a clock that has been set back since: it counts from when it was
   * first seen to lie ahead, and in its own time again where the clock was wrong only then.
   */
  private Instant seen(Instant at, Instant now) {
    if (!at.isAfter(now)) {
      aheadSince.remove(at);
      return at;
    }
    Instant before = aheadSince.get(at);
    if (before != null && !now.isBefore(before)) {
      return before;
    }
    aheadSince.put(at, now);
    unwritten = true;
    return now;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void count(Scope scope, String account, String subject, Instant at) {
    counts
        .computeIfAbsent(Counted.of(scope, account, subject), key -> new ArrayDeque<>())
        .addLast(at);
  }

  private void giveBackCertificate(LedgerEvent event) {
    domains(event).forEach(d -> giveBack(Scope.CERTIFICATES_PER_DOMAIN, "", d, event.order()));
    giveBack(Scope.CERTIFICATES_PER_NAME_SET, "", nameSet(event), event.order());
  }

  private void giveBack(Scope scope, String account, String subject, Instant at) {
    Deque<Instant> times = counts.get(Counted.of(scope, account, subject));
    if (times != null) {
      times.removeLastOccurrence(at);
    }
  }

  private static Set<String> domains(LedgerEvent event) {
    return PlannedOrder.domains(event.names());
  }

  private static String nameSet(LedgerEvent event) {
    return PlannedOrder.nameSet(event.names());
  }
}
