package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private CAs that are or were configured. A private CA is its keys, which stay whatever the
 * settings become: one that is configured no more is still known, since peers may hold its
 * certificates. One whose files are damaged is out of use, and takes nobody else along: it signs
 * nothing, and nobody is trusted by its word. {@link #prepare} and {@link #accept} are for one
 * thread at a time, all else for any.
 */
final class PrivateCas {

  private static final Logger LOG = LoggerFactory.getLogger(PrivateCas.class);

  private final Path directory;
  private final StoreSecret secret;
  private final HttpRoutes routes;
  private final Runnable news;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, Opened> inUse = new ConcurrentHashMap<>();
  private volatile Prepared prepared = new Prepared(Map.of(), Map.of());
  private volatile Map<String, String> damage = Map.of();
  private boolean begun;

  /** A private CA, and the settings that it was opened with. */
  private record Opened(LocalCaSettings settings, LocalCa ca) {}

  /**
   * What {@link #accept} would take into use.
   *
   * @param damage why a CA cannot be opened, by its name
   */
  private record Prepared(Map<String, Opened> opened, Map<String, String> damage) {}

  /**
   * @param directory has a folder for each CA
   * @param news run when there is another root, or something is revoked; may block
   */
  PrivateCas(
      Path directory,
      StoreSecret secret,
      HttpRoutes routes,
      Runnable news,
      InstantSource clock,
      SecureRandom random) {
    this.directory = directory;
    this.secret = secret;
    this.routes = routes;
    this.news = news;
    this.clock = clock;
    this.random = random;
  }

  /**
   * The issuers of {@code configured}, by name. A CA that is new is made; which ones are used, and
   * under which settings, does not change before {@link #accept}. Blocks on I/O.
   *
   * @throws IOException when one cannot be opened that was not out of use before; at the start it
   *     is out of use from then on
   */
  Map<String, CertificateIssuer> prepare(List<LocalCaSettings> configured) throws IOException {
    Map<String, Opened> opened = new HashMap<>();
    Map<String, String> damaged = new HashMap<>();
    Map<String, CertificateIssuer> issuers = new HashMap<>();
    for (LocalCaSettings settings : configured) {
      String name = settings.name();
      try {
        Opened ready = open(settings);
        opened.put(name, ready);
        issuers.put(name, ready.ca().issuer());
      } catch (StoreException | RuntimeException e) { // damage may look like anything
        String reason =
            "issuers." + name + ": " + (e instanceof StoreException ? e.getMessage() : e);
        if (begun && !damage.containsKey(name)) {
          throw new IOException(reason, e);
        }
        damaged.put(name, reason);
        issuers.put(name, outOfUse(reason));
      }
    }
    prepared = new Prepared(opened, damaged);
    return issuers;
  }

  /** Goes on with what was prepared last. */
  void accept() {
    Prepared next = prepared;
    next.damage().forEach(this::tell);
    next.opened()
        .forEach(
            (name, opened) -> {
              if (!opened.equals(inUse.get(name))) {
                opened.ca().onNews(news);
                opened.ca().publishTo(routes);
                inUse.put(name, opened);
              }
            });
    damage = next.damage();
    prepared = new Prepared(Map.of(), Map.of()); // last: its roots are asked for all the while
    begun = true;
  }

  /** Why a CA that is configured is out of use. */
  Optional<String> damageOf(String name) {
    return Optional.ofNullable(damage.get(name));
  }

  /** One that is or was configured. */
  Optional<LocalCa> find(String name) {
    return Optional.ofNullable(inUse.get(name)).map(Opened::ca);
  }

  /**
   * What its peers trust, the oldest first; also of one that is only prepared, for whoever is to
   * trust it once it is accepted.
   */
  List<X509Certificate> rootsOf(String name) {
    return Optional.ofNullable(inUse.getOrDefault(name, prepared.opened().get(name)))
        .map(known -> known.ca().roots())
        .orElse(List.of());
  }

  /** What all of them have revoked, those included that are only prepared. */
  Set<RevokedCertificate> revoked() {
    return Stream.concat(inUse.values().stream(), prepared.opened().values().stream())
        .flatMap(known -> known.ca().revoked().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Opened open(LocalCaSettings settings) throws StoreException {
    Opened known = inUse.get(settings.name());
    if (known != null) {
      return known.settings().equals(settings)
          ? known
          : new Opened(settings, known.ca().under(settings));
    }
    Path folder = directory.resolve(settings.name());
    return new Opened(
        settings,
        LocalCa.open(
            settings, CertificateStores.open(folder, secret, clock), folder, clock, random));
  }

  private void tell(String name, String reason) {
    if (!reason.equals(damage.get(name))) {
      LOG.error(
          "{}; until that is mended, and \"hybridtls reload\" is run, this private CA signs and"
              + " revokes nothing, and where trusted-issuer is {} nobody is trusted",
          reason,
          name);
    }
  }

  /** Another CA could issue in its place. */
  private static CertificateIssuer outOfUse(String reason) {
    return (request, progress) -> {
      throw new IssuanceException(new Unreachable(reason + "; then run \"hybridtls reload\""));
    };
  }
}
