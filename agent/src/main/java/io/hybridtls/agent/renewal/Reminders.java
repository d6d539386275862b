package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision.Awaited;
import io.hybridtls.certstore.model.CertificateId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the operator of a certificate that has to be brought: at once, again when it becomes
 * urgent, and every day until it is there. Safe for any thread.
 */
final class Reminders {

  private static final Logger log = LoggerFactory.getLogger(Reminders.class);

  private static final Duration AGAIN = Duration.ofDays(1);

  private final Decisions decisions;
  private final InstantSource clock;
  private final Map<CertificateId, Told> told = new ConcurrentHashMap<>();

  private record Told(Instant at, Awaited what) {
    boolean isStale(Awaited now, Instant time) {
      return !what.equals(now) || time.isBefore(at) || !time.isBefore(at.plus(AGAIN));
    }
  }

  Reminders(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
  }

  /** Looks at all of {@code inventory}. */
  void look(CertificateInventory inventory) {
    for (CertificateSpec spec : inventory.specs()) {
      try {
        look(spec);
      } catch (RuntimeException e) {
        log.error("certificate {}: it cannot be decided whether it is awaited", spec.id(), e);
      }
    }
  }

  private void look(CertificateSpec spec) {
    if (decisions.isBrought(spec) && decisions.decide(spec) instanceof Awaited awaited) {
      tell(spec.id(), awaited, clock.instant());
    } else {
      told.remove(spec.id()); // the next time that it is missing is worth telling again
    }
  }

  private void tell(CertificateId id, Awaited awaited, Instant now) {
    Told last = told.get(id);
    if (last == null || last.isStale(awaited, now)) {
      told.put(id, new Told(now, awaited));
      log.atLevel(awaited.urgent() ? Level.ERROR : Level.WARN)
          .log("certificate {}: {}", id, awaited.reason());
    }
  }
}
