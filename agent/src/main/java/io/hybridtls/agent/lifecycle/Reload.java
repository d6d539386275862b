package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.config.LoadedConfig;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RenewalSchedule;
import io.hybridtls.certstore.live.CertificatePublisher;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with what the configuration file says now: with all of it, or, when any of it cannot be
 * used, with none. What can fail comes first; renewals under way end under the plan that they began
 * with. One caller at a time.
 */
@Singleton
final class Reload {

  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final ConfigSource source;
  private final ConfiguredIssuers issuers;
  private final CurrentPlan plan;
  private final GenerationActivator activator;
  private final CertificatePublisher publisher;
  private final RenewalCoordinator coordinator;
  private final RenewalSchedule schedule;
  private final Optional<SmtpEndpoint> smtp;

  @Inject
  Reload(
      ConfigSource source,
      ConfiguredIssuers issuers,
      CurrentPlan plan,
      GenerationActivator activator,
      CertificatePublisher publisher,
      RenewalCoordinator coordinator,
      RenewalSchedule schedule,
      Optional<SmtpEndpoint> smtp) {
    this.source = source;
    this.issuers = issuers;
    this.plan = plan;
    this.activator = activator;
    this.publisher = publisher;
    this.coordinator = coordinator;
    this.schedule = schedule;
    this.smtp = smtp;
  }

  /** Blocks on I/O. */
  ReloadResult run() {
    LoadedConfig loaded = source.readAgain();
    Optional<AgentConfig> config = loaded.config();
    ReloadResult result =
        config.isEmpty() ? ReloadResult.invalid(loaded.problems()) : apply(config.get(), loaded);
    if (result.applied()) {
      LOG.info("reloaded {}: {}", source.file(), result.message());
    } else {
      LOG.warn("{} was not reloaded: {}", source.file(), result.message());
    }
    return result;
  }

  private ReloadResult apply(AgentConfig config, LoadedConfig loaded) {
    try {
      RenewalPlan next = issuers.plan(config);
      activateReturning(config.certificates());
      if (smtp.isPresent() && config.smtp().isPresent()) {
        EndpointSettings mail = config.smtp().get();
        issuers.giveWay(mail, () -> smtp.get().apply(mail));
      }
      issuers.accept(next);
      plan.replace(next);
    } catch (IOException e) {
      return ReloadResult.failed(loaded.problems(), String.valueOf(e.getMessage()));
    }
    if (smtp.isEmpty() || config.smtp().isPresent()) {
      retain(config.certificates().ids());
    } // else the endpoint goes on until the next start, and with it what it presents
    smtp.ifPresent(SmtpEndpoint::renewTrust); // new settings may have made another root
    coordinator.endWaits();
    schedule.reschedule(config.renewal().checkInterval());
    return ReloadResult.applied(
        loaded.problems(), RestartOnly.differences(source.atStart(), config));
  }

  /** A certificate that is configured again, after a time in which it was not, is still stored. */
  private void activateReturning(CertificateInventory wanted) {
    Set<CertificateId> known = plan.get().inventory().ids();
    List<CertificateSpec> returning =
        wanted.specs().stream().filter(spec -> !known.contains(spec.id())).toList();
    activator.activateStored(CertificateInventory.of(returning), coordinator::isRevoked);
  }

  private void retain(Set<CertificateId> ids) {
    try {
      publisher.retain(ids);
    } catch (SwapRejectedException e) {
      LOG.warn("certificates that are configured no more stay live: {}", e.getMessage());
    }
  }
}
