package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalDecision.Awaited;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.inventory.RenewalRule;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is live, and what follows from it now, by the rules for where it comes from. */
final class Decisions {

  /** Why an attempt is taken up again although the certificate is not due. */
  static final String UNFINISHED = "an earlier issuance has not come to its end";

  private final Supplier<RenewalPlan> plan;
  private final RenewalPolicy policy;
  private final LiveCertificates live;
  private final RenewalSuggestions suggestions;
  private final RevokedCertificates revoked;
  private final InstantSource clock;

  Decisions(
      Supplier<RenewalPlan> plan,
      RenewalPolicy policy,
      LiveCertificates live,
      RenewalSuggestions suggestions,
      RevokedCertificates revoked,
      InstantSource clock) {
    this.plan = plan;
    this.policy = policy;
    this.live = live;
    this.suggestions = suggestions;
    this.revoked = revoked;
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
    Optional<Revocation> revocation = held.flatMap(revoked::find);
    if (source.isPresent()) {
      RenewalDecision brought =
          BroughtPolicy.decide(spec, held, source.get().look(spec, held), clock.instant());
      return brought.isDue() || revocation.isEmpty()
          ? brought
          : new Awaited(revocation.get().describe() + ": bring another", true);
    }
    if (revocation.isPresent()) {
      return new RenewalDecision.Emergency(revocation.get().describe());
    }
    Optional<String> misdated = held.flatMap(this::misdated);
    if (misdated.isPresent()) {
      return new RenewalDecision.Emergency(misdated.get());
    }
    return policy.decide(
        spec,
        held,
        held.flatMap(suggestions::of),
        plan.get().inventory().hours(spec.id()),
        clock.instant());
  }

  /** What is wrong with the dates of {@code held}, if this machine's clock has made them wrong. */
  private Optional<String> misdated(Generation held) {
    CertificateIssuer issuer = plan.get().issuers().get(held.issuer());
    if (issuer == null || !issuer.datesByThisClock()) {
      return Optional.empty();
    }
    return RenewalPolicy.startAhead(held, clock.instant())
        .filter(start -> !isClockBehind())
        .map(
            start ->
                "it is valid from "
                    + InWords.of(start)
                    + " only: the clock of this machine was ahead when it was signed");
  }

  /** Whether something in use proves it: that a CA with a clock of its own dated it later. */
  private boolean isClockBehind() {
    Map<String, CertificateIssuer> issuers = plan.get().issuers();
    Instant now = clock.instant();
    return live.snapshot().generations().values().stream()
        .filter(held -> isOfAnotherClock(issuers.get(held.issuer())))
        .anyMatch(held -> RenewalPolicy.startAhead(held, now).isPresent());
  }

  private static boolean isOfAnotherClock(@Nullable CertificateIssuer issuer) {
    return issuer != null && !issuer.datesByThisClock();
  }

  /** Whether a certificate of {@code generation}, or its key, was revoked. */
  boolean isRevoked(Generation generation) {
    return revoked.find(generation).isPresent();
  }

  /** Why it is issued now, in words for the operator. */
  String reason(CertificateSpec spec, boolean force) {
    RenewalDecision decision = decide(spec);
    if (decision.isDue()) {
      return decision.reason();
    }
    return force ? "an operator asked for it" : UNFINISHED;
  }

  /** Whether somebody brings it, so that no issuer is asked. */
  boolean isBrought(CertificateSpec spec) {
    return plan.get().sourceOf(spec).isPresent();
  }

  /** When nothing valid is live any more; long ago where nothing is live. */
  Instant end(CertificateId id) {
    return begun(id).stream()
        .flatMap(held -> held.certificates().stream())
        .map(HeldCertificate::notAfter)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  /** What is live, unless it is not valid yet. */
  private Optional<Generation> begun(CertificateId id) {
    return live(id).filter(held -> RenewalPolicy.startAhead(held, clock.instant()).isEmpty());
  }

  /** How much time the live generation leaves for failures. */
  Slack slack(CertificateId id) {
    Instant now = clock.instant();
    Optional<Instant> floor = begun(id).map(policy::floor);
    if (floor.filter(now::isBefore).isPresent()) {
      return Slack.until(floor.get(), id.value());
    }
    return now.isBefore(end(id)) ? Slack.ending(end(id), id.value()) : Slack.none(id.value());
  }

  /** Every rule with what it says; none where nothing is held, or nobody is asked. */
  List<RenewalRule> rules(CertificateSpec spec) {
    return live(spec.id())
        .filter(held -> !isBrought(spec))
        .map(held -> rules(spec, held))
        .orElse(List.of());
  }

  private List<RenewalRule> rules(CertificateSpec spec, Generation held) {
    List<RenewalRule> rules = new ArrayList<>();
    revoked.find(held).ifPresent(r -> rules.add(new RenewalRule("revocation", r.describe())));
    misdated(held).ifPresent(finding -> rules.add(new RenewalRule("start", finding)));
    rules.addAll(
        policy.rules(
            spec,
            held,
            suggestions.of(held),
            plan.get().inventory().hours(spec.id()),
            clock.instant()));
    return List.copyOf(rules);
  }
}
