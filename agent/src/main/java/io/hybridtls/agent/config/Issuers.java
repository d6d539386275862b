package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.acme.ValidationMethod;
import io.hybridtls.agent.config.IssuersSection.Kind;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.inventory.Spelling;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the file says of issuers, and what references to them are held against.
 *
 * @param terms what each is asked for at most, by name
 * @param kinds by name; of an issuer whose kind could not be read, the name alone, so that a
 *     reference to it is not reported as well
 */
record Issuers(
    List<AcmeSettings> acme,
    List<LocalCaSettings> localCas,
    Map<String, IssuerTerms> terms,
    List<EstSettings> est,
    List<ImportedSettings> imported,
    List<FilesSettings> files,
    Map<String, Optional<Kind>> kinds) {

  Issuers {
    acme = List.copyOf(acme);
    localCas = List.copyOf(localCas);
    terms = Map.copyOf(terms);
    est = List.copyOf(est);
    imported = List.copyOf(imported);
    files = List.copyOf(files);
    kinds = Map.copyOf(kinds);
  }

  /** Whether {@code name} is an issuer and certainly of {@code kind}. */
  boolean is(String name, Kind kind) {
    return kinds.getOrDefault(name, Optional.empty()).filter(kind::equals).isPresent();
  }

  /** Whether {@code name} is an issuer that is not asked: somebody brings what comes from it. */
  boolean isBrought(String name) {
    return is(name, Kind.IMPORTED) || is(name, Kind.FILES);
  }

  /** How names are proved to the issuer called {@code name}, if it asks for proof. */
  Optional<ValidationMethod> validation(String name) {
    return acme.stream()
        .filter(issuer -> issuer.name().equals(name))
        .map(AcmeSettings::validation)
        .findFirst();
  }

  /** Reports those of {@code names} that the private CA called {@code issuer} does not certify. */
  void requirePermitted(Setting<List<String>> names, String issuer) {
    localCas.stream()
        .filter(localCa -> localCa.name().equals(issuer))
        .flatMap(
            localCa ->
                names.read().orElse(List.of()).stream()
                    .map(name -> refusal(localCa, name))
                    .flatMap(Optional::stream))
        .forEach(refusal -> names.wrong(refusal.reason(), refusal.remedy()));
  }

  private static Optional<LocalCaSettings.Refusal> refusal(LocalCaSettings issuer, String name) {
    return IpAddress.looksLikeOne(name)
        ? issuer.refusal(IpAddress.of(name))
        : issuer.refusal(DnsName.of(name));
  }

  /** Reports a reference to an issuer that is not configured. */
  void require(Setting<?> reference, String name) {
    if (!kinds.containsKey(name)) {
      reference.wrong(
          "no issuer " + Shown.text(name) + " is configured",
          Spelling.nearest(name, kinds.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElse("add it to issuers, or name one that is there"));
    }
  }

  /** Reports a reference to anything but a private CA. */
  void requireLocalCa(Setting<?> reference, String name) {
    require(reference, name);
    if (kinds.getOrDefault(name, Optional.empty()).filter(k -> k != Kind.LOCAL_CA).isPresent()) {
      reference.wrong(
          "issuer " + name + " is not of type local-ca, so the agent does not have its root",
          "write the root to a file and name it with trusted-ca-file");
    }
  }
}
