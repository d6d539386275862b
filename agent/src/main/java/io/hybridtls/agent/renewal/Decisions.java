package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.inventory.RenewalRule;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is live, and what follows from it now, by the rules for where it comes from. */
final class Decisions {

  private final Supplier<RenewalPlan> plan;
  private final RenewalPolicy policy;
  private final LiveCertificates live;
  private final RenewalSuggestions suggestions;
  private final InstantSource clock;

  Decisions(
      Supplier<RenewalPlan> plan,
      RenewalPolicy policy,
      LiveCertificates live,
      RenewalSuggestions suggestions,
      InstantSource clock) {
    this.plan = plan;
    this.policy = policy;
    this.live = live;
    this.suggestions = suggestions;
    this.clock = clock;
  }

  Optional<Generation> live(CertificateId id) {
    return live.snapshot().find(id);
  }

  Optional<Long> liveNumber(CertificateId id) {
    return live(id).map(Generation::number);
  }

  boolean isLiveOrNewer(Generation stored) {
    return stored.number() >= liveNumber(stored.id()).orElse(0L);
  }

  RenewalDecision decide(CertificateSpec spec) {
    return decide(spec, live(spec.id()));
  }

  /** What would be decided if {@code held} were live. */
  RenewalDecision decide(CertificateSpec spec, Optional<Generation> held) {
    Optional<CertificateSource> source = plan.get().sourceOf(spec);
    if (source.isPresent()) {
      return BroughtPolicy.decide(spec, held, source.get().look(spec, held), clock.instant());
    }
    return policy.decide(
        spec,
        held,
        held.flatMap(suggestions::of),
        plan.get().inventory().hours(spec.id()),
        clock.instant());
  }

  /** Why it is issued now, in words for the operator. */
  String reason(CertificateSpec spec, boolean force) {
    RenewalDecision decision = decide(spec);
    if (decision.isDue()) {
      return decision.reason();
    }
    return force ? "an operator asked for it" : "an earlier issuance has not come to its end";
  }

  /** Whether somebody brings it, so that no issuer is asked. */
  boolean isBrought(CertificateSpec spec) {
    return plan.get().sourceOf(spec).isPresent();
  }

  /** How much time the live generation leaves for failures. */
  Slack slack(CertificateId id) {
    return live(id)
        .filter(held -> clock.instant().isBefore(policy.floor(held)))
        .map(held -> Slack.until(policy.floor(held), id.value()))
        .orElseGet(() -> Slack.none(id.value()));
  }

  /** Every rule with what it says; none where nothing is held, or nobody is asked. */
  List<RenewalRule> rules(CertificateSpec spec) {
    RenewalPlan now = plan.get();
    return live(spec.id())
        .filter(held -> now.sourceOf(spec).isEmpty())
        .map(
            held ->
                policy.rules(
                    spec,
                    held,
                    suggestions.of(held),
                    now.inventory().hours(spec.id()),
                    clock.instant()))
        .orElse(List.of());
  }
}
