package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Does what the test has queued, and else issues what is asked for, valid for 90 days. */
final class ScriptedIssuer implements CertificateIssuer {

  static final Duration LIFETIME = Duration.ofDays(90);

  private final TestCa ca;
  private final InstantSource clock;
  private final Queue<CertificateIssuer> script = new ConcurrentLinkedQueue<>();
  private final List<HeldCertificate> refreshed = new CopyOnWriteArrayList<>();
  private volatile Runnable refresh = () -> {};
  private volatile Function<HeldCertificate, Optional<SuggestedWindow>> suggestion =
      held -> Optional.empty();
  private volatile List<String> warnings = List.of();
  private volatile boolean datesByThisClock;
  private final AtomicInteger calls = new AtomicInteger();

  ScriptedIssuer(TestCa ca, InstantSource clock) {
    this.ca = ca;
    this.clock = clock;
  }

  ScriptedIssuer then(CertificateIssuer next) {
    script.add(next);
    return this;
  }

  ScriptedIssuer thenFail(IssuanceFailure failure) {
    return then(
        (request, progress) -> {
          throw new IssuanceException(failure);
        });
  }

  /** Answers so when it is asked for its suggestion. */
  void suggest(Function<HeldCertificate, Optional<SuggestedWindow>> answer) {
    suggestion = answer;
  }

  /** Does so at each refresh of its suggestions. */
  void onRefresh(Runnable action) {
    refresh = action;
  }

  /** All that it was asked to refresh, in order. */
  List<HeldCertificate> refreshed() {
    return refreshed;
  }

  /** Warns of this at every certificate. */
  void warn(String text) {
    warnings = List.of(text);
  }

  /** As a CA on the same machine does. */
  void dateByThisClock() {
    datesByThisClock = true;
  }

  @Override
  public boolean datesByThisClock() {
    return datesByThisClock;
  }

  @Override
  public List<String> warnings(CertificateSpec spec, Optional<Generation> live) {
    return warnings;
  }

  @Override
  public Optional<SuggestedWindow> suggestion(HeldCertificate live) {
    return suggestion.apply(live);
  }

  @Override
  public void refreshSuggestions(List<HeldCertificate> live) {
    askForSuggestions(live);
  }

  @Override
  public void askForSuggestions(List<HeldCertificate> live) {
    refreshed.addAll(live);
    refresh.run();
  }

  int calls() {
    return calls.get();
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    calls.incrementAndGet();
    CertificateIssuer next = script.poll();
    return next == null ? sign(request) : next.issue(request, progress);
  }

  HeldCertificate sign(IssuanceRequest request) throws IssuanceException {
    return sign(request.spec(), request.keys());
  }

  HeldCertificate sign(CertificateSpec spec, KeyPair keys) {
    return ca.leaf(spec.names().stream().map(DnsName::value).toArray(String[]::new))
        .keys(keys)
        .validity(clock.instant(), clock.instant().plus(LIFETIME))
        .issue();
  }
}
