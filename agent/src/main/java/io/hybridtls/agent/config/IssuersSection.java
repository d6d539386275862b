package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.RateLimits;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code issuers}: who signs. */
final class IssuersSection {

  /** The kinds of issuer. */
  enum Kind {
    ACME,
    LOCAL_CA,
    EST,
    IMPORTED,
    FILES
  }

  private final boolean http;
  private final AddressesInUse addresses;
  private final List<AcmeSettings> acme = new ArrayList<>();
  private final List<LocalCaSettings> localCas = new ArrayList<>();
  private final Map<String, IssuerTerms> terms = new HashMap<>();
  private final List<EstSettings> est = new ArrayList<>();
  private final List<ImportedSettings> imported = new ArrayList<>();
  private final List<FilesSettings> files = new ArrayList<>();
  private final Map<String, Optional<Kind>> kinds = new HashMap<>();

  /**
   * @param http whether there is an HTTP listener
   */
  IssuersSection(boolean http, AddressesInUse addresses) {
    this.http = http;
    this.addresses = addresses;
  }

  Issuers read(List<Section> entries) {
    for (Section issuer : entries) {
      Setting<Kind> kind = issuer.required("type", Readers.choice(Kind.class), "acme");
      kinds.put(issuer.name(), kind.read());
      kind.read().ifPresentOrElse(type -> read(issuer, type), issuer::ofUnknownKind);
    }
    return new Issuers(acme, localCas, terms, est, imported, files, kinds);
  }

  private void read(Section issuer, Kind kind) {
    switch (kind) {
      case ACME -> readAcme(issuer).ifPresent(acme::add);
      case LOCAL_CA -> readLocalCa(issuer).ifPresent(localCas::add);
      case EST -> EstSection.read(issuer).ifPresent(est::add);
      case IMPORTED -> BroughtSection.imported(issuer).ifPresent(imported::add);
      case FILES -> BroughtSection.files(issuer).ifPresent(files::add);
    }
  }

  private Optional<AcmeSettings> readAcme(Section issuer) {
    Optional<AcmeSettings> settings =
        AcmeSection.read(issuer, new ValidationSection(http, addresses));
    Setting<Integer> concurrency = concurrency(issuer);
    Setting<Optional<RateLimits>> limits = issuer.optional("rate-limits", new RateLimitsReader());
    return settings.flatMap(
        known ->
            issuer.build(
                () -> {
                  terms.put(issuer.name(), terms(known.directory(), limits, concurrency));
                  return known;
                }));
  }

  private static IssuerTerms terms(
      URI directory, Setting<Optional<RateLimits>> limits, Setting<Integer> concurrency) {
    return new IssuerTerms(
        directory.getAuthority(),
        limits.get().orElseGet(() -> RateLimits.knownOf(directory.getHost())),
        concurrency.get());
  }

  private Optional<LocalCaSettings> readLocalCa(Section issuer) {
    Optional<LocalCaSettings> settings = LocalCaSection.read(issuer, http);
    Setting<Integer> concurrency = concurrency(issuer);
    return settings.flatMap(
        known ->
            issuer.build(
                () -> {
                  terms.put(
                      issuer.name(),
                      new IssuerTerms(issuer.name(), RateLimits.NONE, concurrency.get()));
                  return known;
                }));
  }

  private static Setting<Integer> concurrency(Section issuer) {
    return issuer.value("concurrency", SmallSections.CONCURRENCY, "4");
  }
}
