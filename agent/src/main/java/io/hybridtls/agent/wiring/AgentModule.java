package io.hybridtls.agent.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.DeploymentProof;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.ListenerTarget;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.lifecycle.CurrentPlan;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.IssuanceDrafts;
import io.hybridtls.agent.renewal.IssuanceJournal;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalSchedule;
import io.hybridtls.agent.renewal.RevokedCertificates;
import io.hybridtls.agent.renewal.SuggestionSchedule;
import io.hybridtls.certstore.live.CertificatePublisher;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
import io.hybridtls.smtp.endpoint.BoundListener;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What every agent has: the store, the life cycle of certificates, and what handshakes see. */
final class AgentModule extends AbstractModule {

  private static final String JOURNAL = "journal";
  private static final String REVOKED = "revoked";
  private static final String DRAFTS = "drafts";
  private static final String RATE_LIMITS = "rate-limits";
  private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(5);

  private final ConfigSource source;

  AgentModule(ConfigSource source) {
    this.source = source;
  }

  @Override
  protected void configure() {
    bind(ConfigSource.class).toInstance(source);
    bind(AgentConfig.class).toInstance(source.atStart());
    bind(InstantSource.class).toInstance(Clock.systemUTC());
    bind(SecureRandom.class).toInstance(new SecureRandom());
    bind(HttpRoutes.class).toInstance(new HttpRoutes());
    LiveCertificateRegistry live = LiveCertificateRegistry.empty();
    bind(LiveCertificates.class).toInstance(live);
    bind(CertificatePublisher.class).toInstance(live);
  }

  @Provides
  @Singleton
  StoreSecret secret(AgentConfig config, SecureRandom random) throws StoreException, IOException {
    Optional<String> provided = config.store().secret().read(source.environment());
    return provided.isPresent()
        ? StoreSecret.of(provided.get())
        : StoreSecret.generatedIn(config.stateDirectory(), random);
  }

  @Provides
  @Singleton
  CertificateStore store(AgentConfig config, StoreSecret secret, InstantSource clock)
      throws StoreException {
    return CertificateStores.open(config.stateDirectory(), secret, clock);
  }

  @Provides
  @Singleton
  KeyVault vault(AgentConfig config, StoreSecret secret) throws StoreException {
    return CertificateStores.openKeys(config.stateDirectory(), secret);
  }

  @Provides
  @Singleton
  IssuanceJournal journal(AgentConfig config) throws StoreException {
    return IssuanceJournal.open(config.stateDirectory().resolve(JOURNAL));
  }

  @Provides
  @Singleton
  IssuanceDrafts drafts(
      AgentConfig config,
      KeyVault vault,
      RevokedCertificates revoked,
      InstantSource clock,
      SecureRandom random)
      throws StoreException {
    return IssuanceDrafts.open(
        config.stateDirectory().resolve(DRAFTS), vault, revoked, clock, random);
  }

  @Provides
  @Singleton
  RevokedCertificates revoked(AgentConfig config, InstantSource clock) throws StoreException {
    return RevokedCertificates.open(config.stateDirectory().resolve(REVOKED), clock);
  }

  @Provides
  @Singleton
  RateLimitLedger ledger(AgentConfig config) throws IOException {
    return RateLimitLedger.open(config.stateDirectory().resolve(RATE_LIMITS));
  }

  @Provides
  DeploymentProof proof(Provider<Optional<SmtpEndpoint>> smtp) {
    return DeploymentProof.byHandshake(id -> targets(smtp.get(), id), PROOF_TIMEOUT);
  }

  @Provides
  @Singleton
  GenerationActivator activator(
      AgentConfig config,
      CertificateStore store,
      CertificatePublisher publisher,
      DeploymentProof proof,
      InstantSource clock) {
    return new GenerationActivator(
        store, new ActivationGate(), publisher, proof, clock, config.store().keepGenerations());
  }

  @Provides
  @Singleton
  RenewalCoordinator coordinator(
      CurrentPlan plan,
      CertificateStore store,
      LiveCertificates live,
      GenerationActivator activator,
      IssuanceJournal journal,
      IssuanceDrafts drafts,
      RateLimitLedger ledger,
      RevokedCertificates revoked,
      InstantSource clock) {
    return new RenewalCoordinator(
        plan, new RenewalPolicy(), store, live, activator, journal, drafts, ledger, revoked, clock);
  }

  @Provides
  @Singleton
  RenewalSchedule schedule(
      RenewalCoordinator coordinator, AgentConfig config, InstantSource clock) {
    return new RenewalSchedule(coordinator, config.renewal().concurrency(), clock);
  }

  @Provides
  @Singleton
  SuggestionSchedule suggestions(RenewalCoordinator coordinator) {
    return new SuggestionSchedule(coordinator);
  }

  private static List<ListenerTarget> targets(Optional<SmtpEndpoint> smtp, CertificateId id) {
    return smtp.map(SmtpEndpoint::listeners).orElse(List.of()).stream()
        .filter(listener -> listener.settings().certificate().filter(id::equals).isPresent())
        .map(AgentModule::target)
        .toList();
  }

  private static ListenerTarget target(BoundListener listener) {
    return new ListenerTarget(
        listener.settings().name(),
        listener.address(),
        listener.settings().tls() == ListenerTls.IMPLICIT);
  }
}
