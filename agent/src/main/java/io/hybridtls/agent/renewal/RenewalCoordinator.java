package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.IssuanceFailure.Unexpected;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final Issuance issuance;
  private final IssuersInTurn issuers;
  private final RenewalSuggestions suggestions;
  private final GenerationActivator activator;
  private final IssuanceJournal journal;
  private final InstantSource clock;
  private final Decisions decisions;
  private final Landing landing;
  private final Adoption adoption;
  private final Reminders reminders = new Reminders();
  private final ConcurrentMap<CertificateId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private volatile boolean stopped;

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
      InstantSource clock) {
    this.plan = plan;
    this.issuers = new IssuersInTurn(ledger, clock);
    this.issuance = new Issuance(store, journal, drafts, issuers, new CountedOrders(ledger, clock));
    this.suggestions = new RenewalSuggestions(plan, live);
    this.activator = activator;
    this.journal = journal;
    this.clock = clock;
    this.decisions = new Decisions(plan, policy, live, suggestions, clock);
    this.landing = new Landing(activator, issuance, journal, decisions, clock);
    this.adoption = new Adoption(activator, issuance, journal, decisions, landing, clock);
  }

  /**
   * Takes live what was active when the agent stopped, and tidies up after issuances that had ended
   * but for their notes; called once, before the first renewal.
   *
   * @return what is wrong, by certificate
   */
  public SortedMap<CertificateId, String> activateStored() {
    CertificateInventory inventory = plan.get().inventory();
    SortedMap<CertificateId, String> problems = activator.activateStored(inventory);
    issuance.retain(inventory.ids());
    inventory.specs().forEach(this::settle);
    return problems;
  }

  private void settle(CertificateSpec spec) {
    Optional<Long> pending = journal.find(spec.id()).pending();
    if (pending.isPresent()
        && pending.equals(decisions.liveNumber(spec.id()))
        && !decisions.decide(spec).isDue()) {
      landing.settle(spec.id());
    }
  }

  /** The certificates that a scheduled look would issue now. */
  public List<CertificateId> due() {
    return plan.get().inventory().specs().stream()
        .filter(spec -> restingReason(spec).isEmpty())
        .map(CertificateSpec::id)
        .toList();
  }

  /** The same, by the issuer that each would ask first. */
  Map<String, List<CertificateId>> dueByIssuer() {
    RenewalPlan now = plan.get();
    Instant time = clock.instant();
    return due().stream()
        .flatMap(id -> now.inventory().find(id).stream())
        .collect(
            Collectors.groupingBy(
                spec ->
                    issuers
                        .choose(now.orders(spec, decisions.live(spec.id())), time)
                        .asked()
                        .stream()
                        .findFirst()
                        .orElse(spec.issuer()),
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
    Optional<RenewalOutcome> resting = restingReason(plan.get(), id, force);
    if (resting.isPresent()) {
      return resting.get();
    }
    Optional<Long> before = decisions.liveNumber(id);
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      if (stopped) {
        return RenewalOutcome.unsuccessful(
            "the agent is stopping", decisions.live(id), Optional.empty(), clock.instant());
      }
      if (!decisions.liveNumber(id).equals(before)) {
        return new RenewalOutcome.NotDue("it was renewed while this request waited");
      }
      RenewalPlan now = plan.get();
      return restingReason(now, id, force).orElseGet(() -> attempt(now, id, force, progress));
    } finally {
      lock.unlock();
    }
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
    return locked(
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
    return locked(
        earlier.id(),
        (now, spec) ->
            adoption.rollBack(
                spec, now.sourceOf(spec), earlier, landing.noted(earlier.id(), progress)));
  }

  /** Does something for a certificate, unless the agent is stopping or does not know it. */
  private RenewalOutcome locked(
      CertificateId id, BiFunction<RenewalPlan, CertificateSpec, RenewalOutcome> action) {
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      RenewalPlan now = plan.get();
      Optional<CertificateSpec> spec = now.inventory().find(id);
      if (stopped || spec.isEmpty()) {
        return new RenewalOutcome.Refused(
            stopped ? "the agent is stopping" : "no certificate " + id + " is configured");
      }
      return action.apply(now, spec.get());
    } finally {
      lock.unlock();
    }
  }

  /** Tells the operator of the certificates that somebody else has to bring. */
  public void remind() {
    for (CertificateSpec spec : plan.get().inventory().specs()) {
      if (decisions.decide(spec) instanceof RenewalDecision.Awaited awaited) {
        reminders.tell(spec.id(), awaited, clock.instant());
      } else {
        reminders.forget(spec.id());
      }
    }
  }

  /** Asks the CAs, where it is time to, when they suggest renewals; blocks on them. */
  void refreshSuggestions() {
    suggestions.refresh();
  }

  /** Where every configured certificate stands, sorted by id. */
  public List<CertificateStatus> statuses() {
    return plan.get().inventory().specs().stream().map(this::status).toList();
  }

  /** Why {@code id} is renewed when it is, and what comes next; empty when it is not configured. */
  public Optional<Explanation> explain(CertificateId id) {
    RenewalPlan now = plan.get();
    return now.inventory().find(id).map(spec -> explain(now, spec));
  }

  /**
   * Ends the wait after failures, except where the CA demanded it; called when the configuration
   * has changed and an operator expects to see whether that helped.
   */
  public void endWaits() {
    for (CertificateId id : plan.get().inventory().ids()) {
      if (journal.find(id).notBefore().isPresent()) {
        journal.update(id, JournalEntry::mended);
      }
    }
  }

  /**
   * Begins no further issuance, and waits for those under way.
   *
   * @return whether they have ended within {@code limit}, so that nothing is written any more; one
   *     that has not is cut short by the end of the process, and the journal knows where it stood
   */
  public boolean stop(Duration limit) throws InterruptedException {
    stopped = true;
    for (ReentrantLock lock : locks.values()) {
      if (!lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      lock.unlock();
    }
    return true;
  }

  private Explanation explain(RenewalPlan now, CertificateSpec spec) {
    Instant time = clock.instant();
    return new Explanation(
        status(spec),
        decisions.rules(spec),
        now.sourceOf(spec).isPresent()
            ? List.of() // nobody is asked
            : issuers.standing(now.orders(spec, decisions.live(spec.id())), time),
        time);
  }

  private CertificateStatus status(CertificateSpec spec) {
    ReentrantLock lock = locks.get(spec.id());
    return new CertificateStatus(
        spec,
        decisions.live(spec.id()),
        decisions.live(spec.id()).flatMap(suggestions::of),
        decisions.decide(spec),
        journal.find(spec.id()),
        lock != null && lock.isLocked(),
        suggestions.warnings(spec));
  }

  private RenewalOutcome attempt(
      RenewalPlan now, CertificateId id, boolean force, IssuanceProgress progress) {
    CertificateSpec spec = now.inventory().find(id).orElseThrow();
    IssuanceProgress noted = landing.noted(id, progress);
    if (force && journal.find(id).isWaiting(clock.instant())) {
      progress.step("not waiting, as asked: " + patience(journal.find(id)));
    }
    Optional<CertificateSource> source = now.sourceOf(spec);
    if (source.isPresent()) {
      return adoption.fetch(spec, source.get(), noted);
    }
    landing.begin(id);
    try {
      Optional<Generation> pending = force ? Optional.empty() : pending(spec);
      Generation generation =
          pending.isPresent()
              ? pending.get()
              : issuance.issue(
                  now,
                  spec,
                  decisions.live(id),
                  reason(spec, force),
                  decisions.slack(id),
                  force,
                  noted);
      return landing.goLive(spec, generation, noted);
    } catch (IssuanceException e) {
      return landing.failed(spec, e.failure());
    } catch (RuntimeException e) {
      log.error("certificate {}: the issuance failed unexpectedly", id, e);
      return landing.failed(spec, new Unexpected(e.toString()));
    }
  }

  private Optional<Generation> pending(CertificateSpec spec) {
    return issuance
        .pending(spec.id(), decisions.live(spec.id()))
        .filter(stored -> isRight(spec, stored));
  }

  /** Whether what an earlier attempt stored is still what is wanted, and may now go live. */
  private boolean isRight(CertificateSpec spec, Generation stored) {
    return !decisions.decide(spec, Optional.of(stored)).isDue()
        && activator.mayGoLive(spec, stored, decisions.live(spec.id()));
  }

  private String reason(CertificateSpec spec, boolean force) {
    RenewalDecision decision = decisions.decide(spec);
    if (decision.isDue()) {
      return decision.reason();
    }
    return force ? "an operator asked for it" : "an earlier issuance has not come to its end";
  }

  private Optional<RenewalOutcome> restingReason(RenewalPlan now, CertificateId id, boolean force) {
    Optional<CertificateSpec> spec = now.inventory().find(id);
    if (spec.isEmpty()) {
      return Optional.of(
          new RenewalOutcome.Failed(
              "no certificate " + id + " is configured; add it to certificates", Optional.empty()));
    }
    return force ? Optional.empty() : restingReason(spec.get());
  }

  /** Why a scheduled look leaves the certificate alone; empty when it does not. */
  private Optional<RenewalOutcome> restingReason(CertificateSpec spec) {
    RenewalDecision decision = decisions.decide(spec);
    JournalEntry entry = journal.find(spec.id());
    if (!decision.isDue() && !isUnfinished(spec, entry)) {
      return Optional.of(new RenewalOutcome.NotDue(decision.reason()));
    }
    Instant now = clock.instant();
    return entry.isWaiting(now)
        ? Optional.of(
            RenewalOutcome.unsuccessful(
                patience(entry), decisions.live(spec.id()), entry.notBefore(), now))
        : Optional.empty();
  }

  /**
   * Whether an attempt, such as one that an operator asked for, is to be brought to its end
   * although the certificate is not due: it was cut short, or what it placed or stored waits to be
   * fetched.
   */
  private boolean isUnfinished(CertificateSpec spec, JournalEntry entry) {
    return entry.failures() > 0
        && (entry.isCutShort()
            || issuance.isPlaced(spec.id())
            || pending(spec).filter(decisions::isNewerThanLive).isPresent());
  }

  private static String patience(JournalEntry entry) {
    return "the last attempt failed, and the next is made later: "
        + entry.failure().orElse("no reason was noted");
  }
}
