package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews certificates, one at a time for each id: decide, lock, look again, issue, store, gate,
 * publish, prove. Safe for any thread but event loops: it blocks on the CA, the disk and the
 * network. What it knows lives in the store and the journal, so it can be stopped at any moment.
 */
public final class RenewalCoordinator {

  private static final Logger log = LoggerFactory.getLogger(RenewalCoordinator.class);

  private final Supplier<RenewalPlan> plan;
  private final RenewalSuggestions suggestions;
  private final IssuanceJournal journal;
  private final RevokedCertificates revoked;
  private final InstantSource clock;
  private final Decisions decisions;
  private final Agenda agenda;
  private final Landing landing;
  private final Adoption adoption;
  private final Attempts attempts;
  private final Restart restart;
  private final Standings standings;
  private final Reminders reminders;
  private final CertificateLocks locks;

  /**
   * @param plan what is configured now; asked anew for each call, so that a reload takes effect
   */
  public RenewalCoordinator(
      Supplier<RenewalPlan> plan,
      RenewalPolicy policy,
      CertificateStore store,
      LiveCertificates live,
      GenerationActivator activator,
      IssuanceJournal journal,
      IssuanceDrafts drafts,
      RateLimitLedger ledger,
      RevokedCertificates revoked,
      InstantSource clock) {
    this.plan = plan;
    this.revoked = revoked;
    this.journal = journal;
    this.clock = clock;
    locks = new CertificateLocks(clock);
    IssuersInTurn issuers = new IssuersInTurn(ledger, clock);
    Issuance issuance =
        new Issuance(store, journal, drafts, issuers, new CountedOrders(ledger, clock));
    suggestions = new RenewalSuggestions(plan, live);
    decisions = new Decisions(plan, policy, live, suggestions, revoked, clock);
    agenda = new Agenda(plan, decisions, issuance, issuers, activator, journal, clock);
    landing = new Landing(activator, issuance, journal, decisions, agenda, clock);
    adoption = new Adoption(activator, issuance, journal, decisions, revoked, landing, clock);
    attempts = new Attempts(issuance, journal, decisions, agenda, landing, adoption, clock);
    restart = new Restart(activator, issuance, journal, decisions, landing);
    reminders = new Reminders(decisions, clock);
    standings =
        new Standings(plan, decisions, suggestions, agenda, issuance, issuers, locks, clock);
  }

  /**
   * Takes live what was active when the agent stopped, and tidies up after issuances that had ended
   * but for their notes; called once, before the first renewal.
   *
   * @return what is wrong, by certificate
   */
  public SortedMap<CertificateId, String> activateStored() {
    return restart.activateStored(plan.get().inventory());
  }

  /** The certificates that a scheduled look would issue now. */
  public List<CertificateId> due() {
    return agenda.due();
  }

  /** What a scheduled look takes up. */
  Agenda agenda() {
    return agenda;
  }

  /** Issues {@code id} if it is due and no earlier failure asks for patience. */
  public RenewalOutcome check(CertificateId id) {
    return renew(id, false, step -> {});
  }

  /**
   * Issues {@code id} and takes it live. A second caller for the same id waits for the first, and
   * then has nothing left to do if that one succeeded.
   *
   * @param force also when it is not due, and when an earlier failure asks for patience
   * @param progress told of each step as it begins
   */
  public RenewalOutcome renew(CertificateId id, boolean force, IssuanceProgress progress) {
    Optional<RenewalOutcome> resting = agenda.restingReason(plan.get(), id, force);
    if (resting.isPresent()) {
      return resting.get();
    }
    Optional<Long> before = decisions.liveNumber(id);
    return locks.with(id, () -> lookAgain(id, before, force, progress));
  }

  private RenewalOutcome lookAgain(
      CertificateId id, Optional<Long> before, boolean force, IssuanceProgress progress) {
    if (locks.isClosed()) {
      return RenewalOutcome.unsuccessful(
          "the agent is stopping", decisions.live(id), Optional.empty(), clock.instant());
    }
    Optional<Generation> live = decisions.live(id);
    if (!live.map(Generation::number).equals(before)
        && live.filter(decisions::isRevoked).isEmpty()) {
      return new RenewalOutcome.NotDue("it was renewed while this request waited");
    }
    RenewalPlan now = plan.get();
    return agenda
        .restingReason(now, id, force)
        .orElseGet(
            () -> attempts.make(now, now.inventory().find(id).orElseThrow(), force, progress));
  }

  /**
   * Takes certificates that were brought, in place of what {@code id} has: gate, store, publish,
   * prove. What the gate refuses is not stored.
   *
   * @param certificates one for each kind of key
   * @param reason why it is taken, for the operator
   * @param progress told of each step as it begins
   */
  public RenewalOutcome adopt(
      CertificateId id,
      List<HeldCertificate> certificates,
      String reason,
      IssuanceProgress progress) {
    return configured(
        id,
        (now, spec) ->
            adoption.adopt(new Brought(spec, certificates, reason), landing.noted(id, progress)));
  }

  /**
   * Puts an earlier generation back into use; it stays so until the certificate is due.
   *
   * @param progress told of each step as it begins
   */
  public RenewalOutcome rollBack(Generation earlier, IssuanceProgress progress) {
    return configured(
        earlier.id(),
        (now, spec) ->
            adoption.rollBack(
                spec, now.sourceOf(spec), earlier, landing.noted(earlier.id(), progress)));
  }

  /**
   * Remembers that a certificate of {@code generation} was revoked: if it is live, the next look
   * replaces it, and failures before do not delay that. Waits for no issuance.
   *
   * @param reason as operators write it, for example {@code key-compromise}
   */
  public void revoked(Generation generation, HeldCertificate certificate, String reason) {
    revoked.note(certificate, reason);
    log.warn(
        "certificate {}: {} of generation {} was revoked ({})",
        generation.id(),
        certificate.serial(),
        generation.label(),
        reason);
    journal.endWaits(Set.of(generation.id()));
  }

  /** Whether a certificate of {@code generation}, or its key, was revoked. */
  public boolean isRevoked(Generation generation) {
    return decisions.isRevoked(generation);
  }

  /** Does something for a certificate, unless the agent is stopping or does not know it. */
  private RenewalOutcome configured(
      CertificateId id, BiFunction<RenewalPlan, CertificateSpec, RenewalOutcome> action) {
    return locks.with(
        id,
        () -> {
          RenewalPlan now = plan.get();
          Optional<CertificateSpec> spec = now.inventory().find(id);
          if (locks.isClosed() || spec.isEmpty()) {
            return new RenewalOutcome.Refused(
                locks.isClosed()
                    ? "the agent is stopping"
                    : "no certificate " + id + " is configured");
          }
          return action.apply(now, spec.get());
        });
  }

  /** Tells the operator of the certificates that somebody else has to bring. */
  public void remind() {
    reminders.look(plan.get().inventory());
  }

  /**
   * Asks the CAs of what is live for {@code ids} now, and not only when it is time to, whether they
   * suggest renewals; for an operator who has heard of a revocation to come. Blocks on the CAs.
   */
  public void askForSuggestions(Set<CertificateId> ids) {
    if (!locks.isClosed()) {
      suggestions.ask(ids);
    }
  }

  /** Asks the CAs, where it is time to, when they suggest renewals; blocks on them. */
  void refreshSuggestions() {
    suggestions.refresh();
  }

  /** Where every configured certificate stands, sorted by id. */
  public List<CertificateStatus> statuses() {
    return standings.statuses();
  }

  /** Why {@code id} is renewed when it is, and what comes next; empty when it is not configured. */
  public Optional<Explanation> explain(CertificateId id) {
    return standings.explain(id);
  }

  /**
   * Ends the wait after failures, except where the CA demanded it; called when the configuration
   * has changed and an operator expects to see whether that helped.
   */
  public void endWaits() {
    journal.endWaits(plan.get().inventory().ids());
  }

  /**
   * Begins no further issuance, and waits for those under way.
   *
   * @return whether they have ended within {@code limit}, so that nothing is written any more; one
   *     that has not is cut short by the end of the process, and the journal knows where it stood
   */
  public boolean stop(Duration limit) throws InterruptedException {
    return locks.close(limit);
  }
}
