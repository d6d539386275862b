package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews certificates while the command line watches, or in the background when it does not. What
 * was asked for is done: a command line that goes away takes its eyes off it, and no more.
 *
 * <p>Tells each {@code step} and each {@code outcome}; the result has the outcomes, and the exit
 * code that they make together.
 */
public final class RenewResource implements AdminResource {

  private static final Logger LOG = LoggerFactory.getLogger(RenewResource.class);

  private static final int ACCEPTED = 0;
  private static final int USAGE = 2;

  private final RenewalCoordinator coordinator;
  private final Supplier<? extends Collection<CertificateId>> configured;
  private final Executor background;

  /**
   * Makes the resource.
   *
   * @param configured the ids that an empty request stands for
   */
  public RenewResource(
      RenewalCoordinator coordinator,
      Supplier<? extends Collection<CertificateId>> configured,
      Executor background) {
    this.coordinator = coordinator;
    this.configured = configured;
    this.background = background;
  }

  @Override
  public String route() {
    return "POST /v1/renew";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    boolean force = isTrue(parameters, "force");
    AskedCertificates named = AskedCertificates.in(parameters, configured.get());
    if (named.unknown().isPresent()) {
      return result(USAGE, "error", named.unknown().get());
    }
    Set<CertificateId> asked = named.ids();
    if (isTrue(parameters, "wait")) {
      return renewAll(asked, force, new Audience(progress));
    }
    background.execute(() -> renewUnwatched(asked, force));
    return result(
        ACCEPTED,
        "text",
        "asked for " + AskedCertificates.names(asked) + "; hybridtls status shows how it goes");
  }

  private Map<String, Object> renewAll(Set<CertificateId> ids, boolean force, Audience audience) {
    List<Map<String, Object>> outcomes = new ArrayList<>();
    AtomicInteger worst = new AtomicInteger();
    inTurn(
        ids,
        force,
        id -> {
          RenewalOutcome outcome =
              coordinator.renew(
                  id,
                  force,
                  step -> audience.tell(Map.of("certificate", id.value(), "step", step)));
          worst.accumulateAndGet(outcome.exitCode(), Outcomes::worse);
          outcomes.add(asMap(id, outcome));
          audience.tell(Map.of("outcome", asMap(id, outcome)));
        });
    return result(worst.get(), "outcomes", outcomes);
  }

  private void renewUnwatched(Set<CertificateId> ids, boolean force) {
    try {
      inTurn(ids, force, id -> coordinator.renew(id, force, step -> {}));
    } catch (RuntimeException e) {
      LOG.error("the renewal of {} failed", AskedCertificates.names(ids), e);
    }
  }

  /** What is due comes first; whether the rest is may have changed since its CA was last asked. */
  private void inTurn(Set<CertificateId> ids, boolean force, Consumer<CertificateId> renewal) {
    Set<CertificateId> rest = new LinkedHashSet<>(ids);
    if (!force) {
      Set<CertificateId> due = new LinkedHashSet<>(coordinator.due());
      due.retainAll(ids);
      due.forEach(renewal);
      rest.removeAll(due);
      coordinator.askForSuggestions(rest);
    }
    rest.forEach(renewal);
  }

  private static Map<String, Object> asMap(CertificateId id, RenewalOutcome outcome) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("certificate", id.value());
    shown.put("outcome", Outcomes.kind(outcome));
    shown.put("text", outcome.describe());
    shown.put("exit", outcome.exitCode());
    return shown;
  }

  private static Map<String, Object> result(int exit, String key, Object value) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("exit", exit);
    shown.put(key, value);
    return shown;
  }

  private static boolean isTrue(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).contains("true");
  }
}
