package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import io.hybridtls.agent.acme.AcmeIssuer;
import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.acme.ChallengeListeners;
import io.hybridtls.agent.acme.Pause;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.est.EstIssuer;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.FilesSource;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.imported.ImportedSource;
import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.CertificateSource;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
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
 * Makes issuers from their settings. A private CA is its keys, which stay whatever the settings
 * become: it is opened anew only when they change, and one that is configured no more is still
 * known, since peers may hold its certificates. An ACME account is its key, which the vault keeps.
 */
@Singleton
public final class ConfiguredIssuers {

  private static final String AUTHORITIES = "authorities";
  private static final String ACME = "acme";

  private final Path authorities;
  private final Path memory;
  private final StoreSecret secret;
  private final KeyVault vault;
  private final HttpRoutes routes;
  private final TlsAlpnListeners tlsAlpn;
  private final ChallengeListeners listeners;
  private final Provider<Optional<SmtpEndpoint>> smtp;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, FilesSource> watched = new ConcurrentHashMap<>();
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();

  /** A private CA, and the settings that it was opened with. */
  private record Opened(LocalCaSettings settings, LocalCa ca) {}

  @Inject
  ConfiguredIssuers(
      ConfigSource source,
      StoreSecret secret,
      KeyVault vault,
      HttpRoutes routes,
      Provider<Optional<SmtpEndpoint>> smtp,
      InstantSource clock,
      SecureRandom random) {
    this.authorities = source.atStart().stateDirectory().resolve(AUTHORITIES);
    this.memory = source.atStart().stateDirectory().resolve(ACME);
    this.secret = secret;
    this.vault = vault;
    this.routes = routes;
    this.tlsAlpn =
        new TlsAlpnListeners(address -> smtp.get().flatMap(mail -> mail.otherProtocols(address)));
    this.listeners = new ChallengeListeners(routes, tlsAlpn);
    this.smtp = smtp;
    this.clock = clock;
    this.random = random;
  }

  /**
   * The issuers of {@code config}, by name. A private CA that is new is made, and nobody uses it
   * yet. Blocks on I/O.
   *
   * @throws IOException when a private CA cannot be opened or made
   */
  public Map<String, CertificateIssuer> of(AgentConfig config) throws IOException {
    Map<String, CertificateIssuer> issuers = new HashMap<>();
    for (LocalCaSettings settings : config.localCas()) {
      issuers.put(settings.name(), open(settings).issuer());
    }
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

  /** What {@code config} asks for, with its issuers and sources. Blocks on I/O. */
  RenewalPlan plan(AgentConfig config) throws IOException {
    return new RenewalPlan(
        config.certificates(), of(config), config.issuerTerms(), sources(config));
  }

  private Map<String, CertificateSource> sources(AgentConfig config) {
    Map<String, CertificateSource> sources = new HashMap<>();
    for (ImportedSettings settings : config.importedIssuers()) {
      sources.put(settings.name(), new ImportedSource(settings, vault, clock, random));
    }
    for (FilesSettings settings : config.fileIssuers()) {
      sources.put(
          settings.name(),
          watched.merge(
              settings.name(),
              new FilesSource(settings, clock),
              (known, made) -> known.settings().equals(settings) ? known : made));
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
    return Optional.ofNullable(opened.get(issuer)).map(Opened::ca);
  }

  /**
   * What peers of a private CA trust, the oldest first: its root, and in good time the successor;
   * none for a name that is no private CA's.
   */
  public List<X509Certificate> rootsOf(String issuer) {
    return localCa(issuer).map(LocalCa::roots).orElse(List.of());
  }

  /** What private CAs, also those that are configured no more, have revoked. */
  public Set<RevokedCertificate> revoked() {
    return opened.values().stream()
        .flatMap(known -> known.ca().revoked().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private LocalCa open(LocalCaSettings settings) throws IOException {
    Opened known = opened.get(settings.name());
    if (known != null && known.settings().equals(settings)) {
      return known.ca();
    }
    Path directory = authorities.resolve(settings.name());
    try {
      LocalCa ca =
          LocalCa.open(
              settings, CertificateStores.open(directory, secret, clock), directory, clock, random);
      ca.publishTo(routes);
      ca.onNews(() -> smtp.get().ifPresent(SmtpEndpoint::renewTrust));
      opened.put(settings.name(), new Opened(settings, ca));
      return ca;
    } catch (StoreException e) {
      throw new IOException("issuers." + settings.name() + ": " + e.getMessage(), e);
    }
  }
}
