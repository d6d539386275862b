package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where certificates stand, for an operator who asks. Safe for any thread; changes nothing. */
final class Standings {

  private final Supplier<RenewalPlan> plan;
  private final Decisions decisions;
  private final RenewalSuggestions suggestions;
  private final Agenda agenda;
  private final Issuance issuance;
  private final IssuersInTurn issuers;
  private final CertificateLocks locks;
  private final InstantSource clock;

  Standings(
      Supplier<RenewalPlan> plan,
      Decisions decisions,
      RenewalSuggestions suggestions,
      Agenda agenda,
      Issuance issuance,
      IssuersInTurn issuers,
      CertificateLocks locks,
      InstantSource clock) {
    this.plan = plan;
    this.decisions = decisions;
    this.suggestions = suggestions;
    this.agenda = agenda;
    this.issuance = issuance;
    this.issuers = issuers;
    this.locks = locks;
    this.clock = clock;
  }

  /** Of every configured certificate, sorted by id. */
  List<CertificateStatus> statuses() {
    return plan.get().inventory().specs().stream().map(this::status).toList();
  }

  /** Empty when {@code id} is not configured. */
  Optional<Explanation> explain(CertificateId id) {
    RenewalPlan now = plan.get();
    return now.inventory().find(id).map(spec -> explain(now, spec));
  }

  private Explanation explain(RenewalPlan now, CertificateSpec spec) {
    Instant time = clock.instant();
    return new Explanation(
        status(spec),
        agenda.isUnfinished(spec),
        decisions.rules(spec),
        now.sourceOf(spec).isPresent()
            ? List.of() // nobody is asked
            : issuers.standing(
                now.orders(spec, decisions.live(spec.id())), issuance.atWork(spec), time),
        time);
  }

  private CertificateStatus status(CertificateSpec spec) {
    return new CertificateStatus(
        spec,
        decisions.live(spec.id()),
        decisions.live(spec.id()).flatMap(suggestions::of),
        decisions.decide(spec),
        agenda.entry(spec.id()),
        locks.isTaken(spec.id()),
        suggestions.warnings(spec));
  }
}
