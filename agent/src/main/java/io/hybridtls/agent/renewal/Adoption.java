package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.Verdict;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceFailure.Unfit;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Takes live what nobody has to issue: what an operator or a tool brings, and what was live before.
 * The gate judges it first, so that what is refused leaves no trace. The caller holds the lock of
 * the certificate.
 */
final class Adoption {

  private final GenerationActivator activator;
  private final Issuance issuance;
  private final IssuanceJournal journal;
  private final Decisions decisions;
  private final RevokedCertificates revoked;
  private final Landing landing;
  private final InstantSource clock;

  Adoption(
      GenerationActivator activator,
      Issuance issuance,
      IssuanceJournal journal,
      Decisions decisions,
      RevokedCertificates revoked,
      Landing landing,
      InstantSource clock) {
    this.activator = activator;
    this.issuance = issuance;
    this.journal = journal;
    this.decisions = decisions;
    this.revoked = revoked;
    this.landing = landing;
    this.clock = clock;
  }

  /** What an operator brings. */
  RenewalOutcome adopt(Brought brought, IssuanceProgress progress) {
    CertificateId id = brought.spec().id();
    if (decisions.live(id).filter(brought::isIn).isPresent()) {
      return new RenewalOutcome.NotDue("it is live already");
    }
    return judge(brought) instanceof Verdict.Closed closed
        ? new RenewalOutcome.Refused(closed.reason())
        : take(brought, progress);
  }

  /**
   * What {@code source} has, or an earlier attempt has taken from it and not brought to its end.
   */
  RenewalOutcome fetch(CertificateSpec spec, CertificateSource source, IssuanceProgress progress) {
    CertificateId id = spec.id();
    if (!(source.look(spec, decisions.live(id)) instanceof Supply.Ready ready)) {
      return finish(spec, progress);
    }
    Brought brought = new Brought(spec, ready.certificates(), ready.reason());
    if (judge(brought) instanceof Verdict.Closed closed) {
      landing.beginTaking(spec);
      return landing.failed(spec, new Unfit(closed.reason()));
    }
    return take(brought, progress);
  }

  /** What was live before. */
  RenewalOutcome rollBack(
      CertificateSpec spec,
      Optional<CertificateSource> source,
      Generation earlier,
      IssuanceProgress progress) {
    Optional<Generation> live = decisions.live(spec.id());
    if (live.map(Generation::number).equals(Optional.of(earlier.number()))) {
      return new RenewalOutcome.NotDue("generation " + earlier.label() + " is live already");
    }
    if (source.filter(has -> wouldUndo(has, spec, earlier)).isPresent()) {
      return new RenewalOutcome.Refused(
          "issuer "
              + spec.issuer()
              + " would put what its files hold back into use; change the files instead");
    }
    if (judge(spec, earlier) instanceof Verdict.Closed closed) {
      return new RenewalOutcome.Refused(closed.reason());
    }
    landing.beginTaking(spec);
    return landing.goLive(spec, earlier, progress);
  }

  private static boolean wouldUndo(
      CertificateSource source, CertificateSpec spec, Generation earlier) {
    return source.look(spec, Optional.of(earlier)) instanceof Supply.Ready;
  }

  /** Stores what was brought, unless an earlier attempt has, and takes it live. */
  private RenewalOutcome take(Brought brought, IssuanceProgress progress) {
    CertificateSpec spec = brought.spec();
    Optional<Generation> pending =
        issuance.pending(spec.id(), decisions.live(spec.id())).filter(brought::isIn);
    landing.beginTaking(spec);
    try {
      Generation generation =
          pending.isPresent() ? pending.get() : issuance.store(brought, progress);
      return landing.goLive(spec, generation, progress);
    } catch (IssuanceException e) {
      return landing.failed(spec, e.failure());
    }
  }

  /** What was stored and not live yet may be so now; otherwise there is nothing to attempt. */
  private RenewalOutcome finish(CertificateSpec spec, IssuanceProgress progress) {
    Optional<Generation> live = decisions.live(spec.id());
    Optional<Generation> pending =
        issuance.pending(spec.id(), live).filter(decisions::isLiveOrNewer);
    if (pending.filter(stored -> activator.mayGoLive(spec, stored, live)).isPresent()) {
      landing.beginTaking(spec);
      return landing.goLive(spec, pending.get(), progress);
    }
    if (journal.find(spec.id()).isCutShort()) {
      landing.settle(spec.id()); // before anything was stored
    }
    return RenewalOutcome.unsuccessful(
        decisions.decide(spec).reason(), live, Optional.empty(), clock.instant());
  }

  /** What the gate says of it, before it is stored. */
  private Verdict judge(Brought brought) {
    CertificateSpec spec = brought.spec();
    long next = decisions.liveNumber(spec.id()).orElse(0L) + 1;
    return judge(spec, brought.candidate(next, clock.instant()));
  }

  private Verdict judge(CertificateSpec spec, Generation candidate) {
    Optional<Revocation> revocation = revoked.find(candidate);
    return revocation.isPresent()
        ? new Verdict.Closed(revocation.get().describe())
        : activator.judge(spec, candidate, decisions.live(spec.id()));
  }
}
