package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.ActivationResult;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.Verdict;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.IssuanceFailure.NotStored;
import io.hybridtls.agent.renewal.IssuanceFailure.Unexpected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unfit;
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
  private final RenewalPolicy policy;
  private final Issuance issuance;
  private final IssuersInTurn issuers;
  private final LiveCertificates live;
  private final RenewalSuggestions suggestions;
  private final GenerationActivator activator;
  private final IssuanceJournal journal;
  private final InstantSource clock;
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
    this.policy = policy;
    this.issuers = new IssuersInTurn(ledger, clock);
    this.issuance = new Issuance(store, journal, drafts, issuers, new CountedOrders(ledger, clock));
    this.live = live;
    this.suggestions = new RenewalSuggestions(plan, live);
    this.activator = activator;
    this.journal = journal;
    this.clock = clock;
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
    if (pending.isPresent() && pending.equals(liveNumber(spec.id())) && !decide(spec).isDue()) {
      journal.update(spec.id(), JournalEntry::succeeded);
      issuance.settled(spec.id());
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
                    issuers.choose(now.orders(spec, live(spec.id())), time).asked().stream()
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
    Optional<Long> before = liveNumber(id);
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      if (stopped) {
        return RenewalOutcome.unsuccessful(
            "the agent is stopping", live(id), Optional.empty(), clock.instant());
      }
      if (!liveNumber(id).equals(before)) {
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
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      Optional<CertificateSpec> spec = plan.get().inventory().find(id);
      if (stopped || spec.isEmpty()) {
        return new RenewalOutcome.Refused(
            stopped ? "the agent is stopping" : "no certificate " + id + " is configured");
      }
      Brought brought = new Brought(spec.get(), certificates, reason);
      if (live(id).filter(brought::isIn).isPresent()) {
        return new RenewalOutcome.NotDue("it is live already");
      }
      if (judge(brought) instanceof Verdict.Closed closed) {
        return new RenewalOutcome.Refused(closed.reason());
      }
      return take(brought, step -> note(id, step, progress));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts an earlier generation back into use; it stays so until the certificate is due.
   *
   * @param progress told of each step as it begins
   */
  public RenewalOutcome rollBack(Generation earlier, IssuanceProgress progress) {
    CertificateId id = earlier.id();
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      Optional<CertificateSpec> spec = plan.get().inventory().find(id);
      if (stopped || spec.isEmpty()) {
        return new RenewalOutcome.Refused(
            stopped ? "the agent is stopping" : "no certificate " + id + " is configured");
      }
      if (liveNumber(id).equals(Optional.of(earlier.number()))) {
        return new RenewalOutcome.NotDue("generation " + earlier.label() + " is live already");
      }
      if (wouldComeBack(spec.get(), earlier)) {
        return new RenewalOutcome.Refused(
            "issuer "
                + spec.get().issuer()
                + " would put what its files hold back into use; change the files instead");
      }
      if (activator.judge(spec.get(), earlier, live(id)) instanceof Verdict.Closed closed) {
        return new RenewalOutcome.Refused(closed.reason());
      }
      journal.update(id, entry -> entry.taking(clock.instant(), slack(id)));
      return goLive(spec.get(), earlier, step -> note(id, step, progress));
    } finally {
      lock.unlock();
    }
  }

  private boolean wouldComeBack(CertificateSpec spec, Generation earlier) {
    return plan.get()
        .sourceOf(spec)
        .filter(source -> source.look(spec, Optional.of(earlier)) instanceof Supply.Ready)
        .isPresent();
  }

  /** Tells the operator of the certificates that somebody else has to bring. */
  public void remind() {
    for (CertificateSpec spec : plan.get().inventory().specs()) {
      if (decide(spec) instanceof RenewalDecision.Awaited awaited) {
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
    if (now.sourceOf(spec).isPresent()) {
      return new Explanation(status(spec), List.of(), List.of(), time); // nobody is asked
    }
    RenewalHours hours = now.inventory().hours(spec.id());
    return new Explanation(
        status(spec),
        live(spec.id())
            .map(held -> policy.rules(spec, held, Optional.empty(), hours, time))
            .orElse(List.of()),
        issuers.standing(now.orders(spec, live(spec.id())), time),
        time);
  }

  private CertificateStatus status(CertificateSpec spec) {
    ReentrantLock lock = locks.get(spec.id());
    return new CertificateStatus(
        spec,
        live(spec.id()),
        live(spec.id()).flatMap(suggestions::of),
        decide(spec),
        journal.find(spec.id()),
        lock != null && lock.isLocked());
  }

  private RenewalOutcome attempt(
      RenewalPlan now, CertificateId id, boolean force, IssuanceProgress progress) {
    CertificateSpec spec = now.inventory().find(id).orElseThrow();
    IssuanceProgress noted = step -> note(id, step, progress);
    if (force && journal.find(id).isWaiting(clock.instant())) {
      progress.step("not waiting, as asked: " + patience(journal.find(id)));
    }
    Optional<CertificateSource> source = now.sourceOf(spec);
    if (source.isPresent()) {
      return fetch(spec, source.get().look(spec, live(id)), noted);
    }
    journal.update(id, entry -> entry.begun(clock.instant(), slack(id)));
    try {
      Optional<Generation> pending = force ? Optional.empty() : pending(spec);
      Generation generation =
          pending.isPresent()
              ? pending.get()
              : issuance.issue(now, spec, live(id), reason(spec, force), slack(id), force, noted);
      return goLive(spec, generation, noted);
    } catch (IssuanceException e) {
      return unsuccessful(spec, e.failure());
    } catch (RuntimeException e) {
      log.error("certificate {}: the issuance failed unexpectedly", id, e);
      return unsuccessful(spec, new Unexpected(e.toString()));
    }
  }

  private RenewalOutcome fetch(CertificateSpec spec, Supply supply, IssuanceProgress progress) {
    if (!(supply instanceof Supply.Ready ready)) {
      return RenewalOutcome.unsuccessful(
          decide(spec).reason(), live(spec.id()), Optional.empty(), clock.instant());
    }
    Brought brought = new Brought(spec, ready.certificates(), ready.reason());
    if (judge(brought) instanceof Verdict.Closed closed) {
      journal.update(spec.id(), entry -> entry.taking(clock.instant(), slack(spec.id())));
      return unsuccessful(spec, new Unfit(closed.reason()));
    }
    return take(brought, progress);
  }

  /** Stores what was brought, unless an earlier attempt has, and takes it live. */
  private RenewalOutcome take(Brought brought, IssuanceProgress progress) {
    CertificateSpec spec = brought.spec();
    Optional<Generation> pending =
        issuance.pending(spec.id(), live(spec.id())).filter(brought::isIn);
    journal.update(spec.id(), entry -> entry.taking(clock.instant(), slack(spec.id())));
    try {
      Generation generation =
          pending.isPresent() ? pending.get() : issuance.store(brought, progress);
      return goLive(spec, generation, progress);
    } catch (IssuanceException e) {
      return unsuccessful(spec, e.failure());
    }
  }

  /** What the gate says of it, before it is stored. */
  private Verdict judge(Brought brought) {
    CertificateSpec spec = brought.spec();
    long next = liveNumber(spec.id()).orElse(0L) + 1;
    return activator.judge(spec, brought.candidate(next, clock.instant()), live(spec.id()));
  }

  private Optional<Generation> pending(CertificateSpec spec) {
    return issuance.pending(spec.id(), live(spec.id())).filter(stored -> isRight(spec, stored));
  }

  /** Whether what an earlier attempt stored is still what is wanted, and may now go live. */
  private boolean isRight(CertificateSpec spec, Generation stored) {
    return !decide(spec, Optional.of(stored)).isDue()
        && activator.mayGoLive(spec, stored, live(spec.id()));
  }

  private String reason(CertificateSpec spec, boolean force) {
    RenewalDecision decision = decide(spec);
    if (decision.isDue()) {
      return decision.reason();
    }
    return force ? "an operator asked for it" : "an earlier issuance has not come to its end";
  }

  private RenewalOutcome goLive(
      CertificateSpec spec, Generation generation, IssuanceProgress progress) {
    ActivationResult result = activator.activate(spec, generation, live(spec.id()), progress::step);
    if (result instanceof ActivationResult.Refused refused) {
      unsuccessful(spec, new Unfit(refused.reason()));
      return new RenewalOutcome.StoredNotLive(generation, refused.reason());
    }
    log.info("certificate {}: generation {} is live", spec.id(), generation.label());
    if (result instanceof ActivationResult.Unmarked unmarked) {
      unsuccessful(spec, new NotStored(unmarked.reason()));
      return new RenewalOutcome.StoredNotLive(generation, unmarked.reason());
    }
    noteSuccess(spec, generation);
    if (result instanceof ActivationResult.Unproven unproven) {
      log.warn("certificate {}: {}", spec.id(), unproven.reason());
      return new RenewalOutcome.StoredNotLive(generation, unproven.reason());
    }
    return new RenewalOutcome.Renewed(generation, ((ActivationResult.Live) result).proofs());
  }

  private void noteSuccess(CertificateSpec spec, Generation generation) {
    RenewalDecision next = decide(spec, Optional.of(generation));
    if (next.isDue()) {
      // without a wait the agent would order the same again at every look
      unsuccessful(spec, new Unfit("it is due again at once: " + next.reason()));
    } else {
      journal.update(spec.id(), JournalEntry::succeeded);
      issuance.settled(spec.id());
    }
  }

  private RenewalOutcome unsuccessful(CertificateSpec spec, IssuanceFailure failure) {
    Instant now = clock.instant();
    journal.update(spec.id(), entry -> entry.failed(failure, now, slack(spec.id())));
    Optional<Instant> next = journal.find(spec.id()).notBefore();
    RenewalAlarm.raise(spec.id(), failure.describe(), live(spec.id()), next, now);
    return RenewalOutcome.unsuccessful(failure.describe(), live(spec.id()), next, now);
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
    RenewalDecision decision = decide(spec);
    JournalEntry entry = journal.find(spec.id());
    if (!decision.isDue() && !isUnfinished(spec, entry)) {
      return Optional.of(new RenewalOutcome.NotDue(decision.reason()));
    }
    Instant now = clock.instant();
    return entry.isWaiting(now)
        ? Optional.of(
            RenewalOutcome.unsuccessful(patience(entry), live(spec.id()), entry.notBefore(), now))
        : Optional.empty();
  }

  /**
   * Whether an attempt, such as one that an operator asked for, is to be brought to its end
   * although the certificate is not due: it was cut short, or what it placed or stored waits to be
   * fetched.
   */
  private boolean isUnfinished(CertificateSpec spec, JournalEntry entry) {
    return entry.failures() > 0
        && plan.get().sourceOf(spec).isEmpty()
        && (entry.isCutShort()
            || issuance.isPlaced(spec.id())
            || pending(spec).filter(this::isNewerThanLive).isPresent());
  }

  private boolean isNewerThanLive(Generation stored) {
    return stored.number() > liveNumber(stored.id()).orElse(0L);
  }

  private static String patience(JournalEntry entry) {
    return "the last attempt failed, and the next is made later: "
        + entry.failure().orElse("no reason was noted");
  }

  private void note(CertificateId id, String step, IssuanceProgress progress) {
    log.info("certificate {}: {}", id, step);
    journal.update(id, entry -> entry.at(step));
    progress.step(step);
  }

  private RenewalDecision decide(CertificateSpec spec) {
    return decide(spec, live(spec.id()));
  }

  private RenewalDecision decide(CertificateSpec spec, Optional<Generation> held) {
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

  private Slack slack(CertificateId id) {
    return live(id)
        .filter(held -> clock.instant().isBefore(policy.floor(held)))
        .map(held -> Slack.until(policy.floor(held), id.value()))
        .orElseGet(() -> Slack.none(id.value()));
  }

  private Optional<Generation> live(CertificateId id) {
    return live.snapshot().find(id);
  }

  private Optional<Long> liveNumber(CertificateId id) {
    return live(id).map(Generation::number);
  }
}
