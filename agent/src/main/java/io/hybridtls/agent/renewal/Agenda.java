package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a scheduled look takes up, and why it leaves the rest alone. Safe for any thread. */
final class Agenda {

  private static final Logger log = LoggerFactory.getLogger(Agenda.class);

  private final Supplier<RenewalPlan> plan;
  private final Decisions decisions;
  private final Issuance issuance;
  private final IssuersInTurn issuers;
  private final GenerationActivator activator;
  private final IssuanceJournal journal;
  private final InstantSource clock;

  Agenda(
      Supplier<RenewalPlan> plan,
      Decisions decisions,
      Issuance issuance,
      IssuersInTurn issuers,
      GenerationActivator activator,
      IssuanceJournal journal,
      InstantSource clock) {
    this.plan = plan;
    this.decisions = decisions;
    this.issuance = issuance;
    this.issuers = issuers;
    this.activator = activator;
    this.journal = journal;
    this.clock = clock;
  }

  /** The certificates that a scheduled look would issue now; what ends first comes first. */
  List<CertificateId> due() {
    return plan.get().inventory().specs().stream()
        .filter(this::isTakenUp)
        .map(CertificateSpec::id)
        .sorted(Comparator.comparing(decisions::end))
        .toList();
  }

  /** What cannot be decided of one certificate keeps no other from being renewed. */
  private boolean isTakenUp(CertificateSpec spec) {
    try {
      return restingReason(spec).isEmpty();
    } catch (RuntimeException e) {
      log.error("certificate {}: it cannot be decided whether it is due", spec.id(), e);
      return false;
    }
  }

  /** The same, by the issuer that each would ask first. */
  Map<String, List<CertificateId>> dueByIssuer() {
    RenewalPlan now = plan.get();
    Instant time = clock.instant();
    return due().stream()
        .flatMap(id -> now.inventory().find(id).stream())
        .collect(
            Collectors.groupingBy(
                spec -> firstAsked(now, spec, time),
                LinkedHashMap::new,
                Collectors.mapping(CertificateSpec::id, Collectors.toList())));
  }

  /** How many certificates {@code issuer} is asked for at once. */
  int concurrency(String issuer) {
    return plan.get().terms(issuer).concurrency();
  }

  int issuerCount() {
    return plan.get().issuers().size();
  }

  private String firstAsked(RenewalPlan now, CertificateSpec spec, Instant time) {
    return issuers
        .choose(now.orders(spec, decisions.live(spec.id())), issuance.atWork(spec), time)
        .asked()
        .stream()
        .findFirst()
        .orElse(spec.issuer());
  }

  /**
   * Why {@code id} is left alone; empty when it is not.
   *
   * @param force whether an operator wants it now
   */
  Optional<RenewalOutcome> restingReason(RenewalPlan now, CertificateId id, boolean force) {
    Optional<CertificateSpec> spec = now.inventory().find(id);
    if (spec.isEmpty()) {
      return Optional.of(
          new RenewalOutcome.Failed(
              "no certificate " + id + " is configured; add it to certificates", Optional.empty()));
    }
    return force ? Optional.empty() : restingReason(spec.get());
  }

  private Optional<RenewalOutcome> restingReason(CertificateSpec spec) {
    RenewalDecision decision = decisions.decide(spec);
    JournalEntry entry = entry(spec.id());
    if (!decision.isDue() && !isUnfinished(spec)) {
      return Optional.of(new RenewalOutcome.NotDue(decision.reason()));
    }
    Instant now = clock.instant();
    return entry.isWaiting(now)
        ? Optional.of(
            RenewalOutcome.unsuccessful(
                entry.patience(), decisions.live(spec.id()), entry.notBefore(), now))
        : Optional.empty();
  }

  /** What is noted of the attempts to issue {@code id}. */
  JournalEntry entry(CertificateId id) {
    return journal.find(id);
  }

  /** What an earlier attempt stored, if it is still what is wanted and may now go live. */
  Optional<Generation> pending(CertificateSpec spec) {
    return issuance
        .pending(spec.id(), decisions.live(spec.id()))
        .filter(stored -> isRight(spec, stored));
  }

  private boolean isRight(CertificateSpec spec, Generation stored) {
    return !decisions.decide(spec, Optional.of(stored)).isDue()
        && activator.mayGoLive(spec, stored, decisions.live(spec.id()));
  }

  /**
   * Whether an attempt, such as one that an operator asked for, is to be brought to its end
   * although the certificate is not due: it was cut short, or what it placed or stored waits to be
   * fetched, taken live or marked as active.
   */
  boolean isUnfinished(CertificateSpec spec) {
    JournalEntry entry = entry(spec.id());
    return entry.failures() > 0
        && (entry.isCutShort()
            || issuance.isPlaced(spec)
            || pending(spec).filter(decisions::isLiveOrNewer).isPresent());
  }
}
