package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.hybridtls.agent.admin.AccountResource;
import io.hybridtls.agent.admin.AdminResource;
import io.hybridtls.agent.admin.AdminServer;
import io.hybridtls.agent.admin.CertificateList;
import io.hybridtls.agent.admin.CertificateResource;
import io.hybridtls.agent.admin.CsrResource;
import io.hybridtls.agent.admin.ExplainResource;
import io.hybridtls.agent.admin.ExportResource;
import io.hybridtls.agent.admin.ImportResource;
import io.hybridtls.agent.admin.IssueResource;
import io.hybridtls.agent.admin.LocalCas;
import io.hybridtls.agent.admin.ManagedCertificates;
import io.hybridtls.agent.admin.RenewResource;
import io.hybridtls.agent.admin.RenewalCostResource;
import io.hybridtls.agent.admin.RevokeResource;
import io.hybridtls.agent.admin.RollbackResource;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RenewalSchedule;
import io.hybridtls.agent.renewal.SuggestionSchedule;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.smtp.endpoint.BoundListener;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs everything that a configuration asks for. Started once, closed once; a start, a reload and
 * the end wait for each other, whichever threads they come from.
 */
@Singleton
public final class Agent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  /** What a private CA needs, and not what the order of a public one may take. */
  private static final Duration LAST_ISSUANCES = Duration.ofSeconds(5);

  private final ConfigSource source;
  private final ConfiguredIssuers issuers;
  private final CurrentPlan plan;
  private final RenewalCoordinator coordinator;
  private final CertificateStore store;
  private final LiveCertificates certificates;
  private final Optional<HttpListener> http;
  private final Optional<SmtpEndpoint> smtp;
  private final AgentStatus status;
  private final RenewalSchedule schedule;
  private final SuggestionSchedule suggestions;
  private final Reload reload;
  private final ExecutorService adminWorkers = Executors.newCachedThreadPool(Agent::adminWorker);
  private final StartedParts started = new StartedParts();
  private boolean closed;
  private volatile boolean writing = true;

  /** Parts that open what must be closed again come last, so that none is left when one fails. */
  @Inject
  Agent(
      ConfigSource source,
      ConfiguredIssuers issuers,
      CurrentPlan plan,
      RenewalCoordinator coordinator,
      CertificateStore store,
      LiveCertificates certificates,
      Optional<HttpListener> http,
      Optional<SmtpEndpoint> smtp,
      AgentStatus status,
      RenewalSchedule schedule,
      SuggestionSchedule suggestions,
      Reload reload) {
    this.source = source;
    this.issuers = issuers;
    this.plan = plan;
    this.coordinator = coordinator;
    this.store = store;
    this.certificates = certificates;
    this.http = http;
    this.smtp = smtp;
    this.status = status;
    this.schedule = schedule;
    this.suggestions = suggestions;
    this.reload = reload;
  }

  /**
   * Starts everything: what is held goes live, then the listeners open, then renewals begin.
   *
   * @throws IOException when something cannot start; what had started is stopped again
   */
  public synchronized void start() throws IOException {
    http.ifPresent(started::add);
    smtp.ifPresent(started::add);
    started.add(adminWorkers::shutdown);
    started.add(this::stopRenewals);
    started.add(schedule);
    started.add(suggestions);
    boolean complete = false;
    try {
      startParts(source.atStart());
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /**
   * Reads the configuration again and goes on with it, or with the old one when it cannot be used.
   */
  public synchronized ReloadResult reload() {
    return closed ? ReloadResult.failed(List.of(), "the agent is stopping") : reload.run();
  }

  /** Where mail is taken. */
  public List<BoundListener> listeners() {
    return smtp.map(SmtpEndpoint::listeners).orElse(List.of());
  }

  /** What handshakes see. */
  public LiveCertificates certificates() {
    return certificates;
  }

  /** The root of a private CA, by its issuer's name. */
  public Optional<X509Certificate> rootOf(String issuer) {
    return issuers.rootsOf(issuer).stream().findFirst();
  }

  /** Asks for a renewal as the command line does, and waits for it. */
  public RenewalOutcome renew(CertificateId id, boolean force) {
    return coordinator.renew(id, force, step -> {});
  }

  /** Stops in the reverse order of the start. */
  @Override
  public synchronized void close() {
    closed = true;
    started.close();
  }

  /**
   * Whether the state directory may still be written to. After {@link #close} only when an issuance
   * took longer than the end of the agent.
   */
  public boolean isWriting() {
    return writing;
  }

  private void stopRenewals() throws InterruptedException {
    writing = !coordinator.stop(LAST_ISSUANCES);
    if (writing) {
      LOG.info("an issuance is cut short; the next start goes on from what the journal says");
    }
  }

  private void startParts(AgentConfig config) throws IOException {
    RenewalPlan first = issuers.plan(config);
    issuers.accept(first);
    plan.replace(first);
    coordinator.activateStored();
    if (http.isPresent()) {
      http.get().start();
    }
    if (smtp.isPresent()) {
      smtp.get().start();
    }
    started.add(AdminServer.start(config.admin().socket(), resources(), adminWorkers));
    schedule.start(config.renewal().checkInterval());
    suggestions.start();
  }

  private Optional<Map<String, Object>> explain(CertificateId id) {
    return coordinator
        .explain(id)
        .map(found -> new CertificateExplanation(found, schedule.nextLook()).asMap());
  }

  private static Thread adminWorker(Runnable task) {
    Thread worker = new Thread(task, "admin-worker");
    worker.setDaemon(true);
    return worker;
  }

  private List<AdminResource> resources() {
    LocalCas localCas =
        new LocalCas(() -> plan.get().issuers().keySet(), issuers::localCa, issuers::damageOf);
    ManagedCertificates managed = new ManagedCertificates(plan, store, certificates);
    return List.of(
        AdminResource.of("GET /v1/status", status::asMap),
        AdminResource.of("POST /v1/reload", () -> reload().asMap()),
        new ExplainResource(() -> plan.get().inventory().ids(), this::explain),
        new RenewalCostResource(coordinator, () -> plan.get().inventory().ids()),
        new RenewResource(coordinator, () -> plan.get().inventory().ids(), adminWorkers),
        AdminResource.of("GET /v1/certificates", new CertificateList(managed)::asMap),
        new CertificateResource(managed),
        new CsrResource(managed),
        new ImportResource(managed, coordinator),
        new ExportResource(managed),
        new RollbackResource(managed, localCas, coordinator),
        new IssueResource(localCas),
        new RevokeResource(managed, localCas, coordinator),
        new AccountResource(managed));
  }
}
