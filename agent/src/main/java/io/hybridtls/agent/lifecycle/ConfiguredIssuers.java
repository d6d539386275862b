package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import io.hybridtls.agent.acme.AcmeIssuer;
import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.acme.ChallengeListeners;
import io.hybridtls.agent.acme.Pause;
import io.hybridtls.agent.acme.WrittenRecords;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.est.EstIssuer;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.FilesSource;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.imported.ImportedSource;
import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.CertificateSource;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RevokedCertificates;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreSecret;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.tls.RevokedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Makes issuers from their settings. What is in use of an issuer stays in use until new settings
 * are accepted. An ACME account is its key, which the vault keeps. {@link #plan} and {@link
 * #accept} are for one thread at a time.
 */
@Singleton
public final class ConfiguredIssuers {

  private static final String AUTHORITIES = "authorities";
  private static final String ACME = "acme";

  private final PrivateCas privateCas;
  private final Path memory;
  private final KeyVault vault;
  private final RevokedCertificates revoked;
  private final TlsAlpnListeners tlsAlpn;
  private final ChallengeListeners listeners;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, FilesSource> watched = new ConcurrentHashMap<>();

  @Inject
  ConfiguredIssuers(
      ConfigSource source,
      StoreSecret secret,
      KeyVault vault,
      RevokedCertificates revoked,
      HttpRoutes routes,
      Provider<Optional<SmtpEndpoint>> smtp,
      InstantSource clock,
      SecureRandom random) {
    Path state = source.atStart().stateDirectory();
    this.privateCas =
        new PrivateCas(
            state.resolve(AUTHORITIES),
            secret,
            routes,
            () -> smtp.get().ifPresent(SmtpEndpoint::renewTrust),
            clock,
            random);
    this.memory = state.resolve(ACME);
    this.vault = vault;
    this.revoked = revoked;
    this.tlsAlpn =
        new TlsAlpnListeners(address -> smtp.get().flatMap(mail -> mail.otherProtocols(address)));
    this.listeners = new ChallengeListeners(routes, tlsAlpn, new WrittenRecords());
    this.clock = clock;
    this.random = random;
  }

  /**
   * Has the private CAs of the start there for whoever trusts them. One that is damaged is out of
   * use. Blocks on I/O.
   */
  public void begin(AgentConfig config) throws IOException {
    privateCas.prepare(config.localCas());
    privateCas.accept();
  }

  /**
   * What {@code config} asks for, with its issuers and sources; nobody uses them before {@link
   * #accept}. Blocks on I/O.
   *
   * @throws IOException when a private CA cannot be opened or made, and was not out of use before
   */
  RenewalPlan plan(AgentConfig config) throws IOException {
    return new RenewalPlan(
        config.certificates(), issuers(config), config.issuerTerms(), sources(config));
  }

  /** Goes on with the issuers and sources of {@code plan}, the latest. */
  void accept(RenewalPlan plan) {
    privateCas.accept();
    plan.sources()
        .forEach(
            (name, source) -> {
              if (source instanceof FilesSource files) {
                watched.put(name, files);
              }
            });
  }

  private Map<String, CertificateIssuer> issuers(AgentConfig config) throws IOException {
    Map<String, CertificateIssuer> issuers = new HashMap<>(privateCas.prepare(config.localCas()));
    for (AcmeSettings settings : config.acmeIssuers()) {
      issuers.put(
          settings.name(),
          new AcmeIssuer(settings, vault, memory, listeners, clock, random, Pause.by(clock)));
    }
    for (EstSettings settings : config.estIssuers()) {
      issuers.put(settings.name(), new EstIssuer(settings, clock, random));
    }
    return issuers;
  }

  private Map<String, CertificateSource> sources(AgentConfig config) {
    Map<String, CertificateSource> sources = new HashMap<>();
    for (ImportedSettings settings : config.importedIssuers()) {
      sources.put(
          settings.name(),
          new ImportedSource(settings, vault, revoked::isCompromised, clock, random));
    }
    for (FilesSettings settings : config.fileIssuers()) {
      FilesSource known = watched.get(settings.name());
      sources.put(
          settings.name(),
          known != null && known.settings().equals(settings)
              ? known
              : new FilesSource(settings, clock));
    }
    return sources;
  }

  /**
   * Lets mail be taken as {@code settings} say, by {@code change}: where a proof for a CA is shown
   * at that very moment, its address is handed over.
   */
  void giveWay(EndpointSettings settings, TlsAlpnListeners.Change change) throws IOException {
    tlsAlpn.giveWay(
        settings.listeners().stream().map(ListenerSettings::address).collect(Collectors.toSet()),
        change);
  }

  /** A private CA that is or was configured. */
  Optional<LocalCa> localCa(String issuer) {
    return privateCas.find(issuer);
  }

  /** Why a private CA that is configured is out of use. */
  Optional<String> damageOf(String issuer) {
    return privateCas.damageOf(issuer);
  }

  /**
   * What peers of a private CA trust, the oldest first: its root, and in good time the successor;
   * none for a name that is no private CA's, or of one that is out of use.
   */
  public List<X509Certificate> rootsOf(String issuer) {
    return privateCas.rootsOf(issuer);
  }

  /** What private CAs, also those that are configured no more, have revoked. */
  public Set<RevokedCertificate> revoked() {
    return privateCas.revoked();
  }
}
