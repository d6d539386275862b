package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.ValidationMethod;
import io.hybridtls.agent.config.IssuersSection.Kind;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.DailyWindow;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code certificates}: what should exist. */
final class CertificatesSection {

  private static final ValueReader<KeyAlgorithm> KEY =
      Readers.choice(Arrays.asList(KeyAlgorithm.values()), KeyAlgorithm::label);

  private CertificatesSection() {}

  static Certificates read(List<Section> entries, Issuers issuers) {
    Map<String, Optional<CertificateSpec>> specs = new LinkedHashMap<>();
    Map<CertificateId, List<DailyWindow>> hours = new HashMap<>();
    for (Section entry : entries) {
      Setting<Optional<List<DailyWindow>>> own =
          entry.optional("only-between", RenewalTimes.WINDOWS);
      Optional<CertificateSpec> spec = read(entry, issuers);
      specs.put(entry.name(), spec);
      spec.ifPresent(known -> own.get().ifPresent(windows -> hours.put(known.id(), windows)));
    }
    return new Certificates(specs, hours);
  }

  private static Optional<CertificateSpec> read(Section certificate, Issuers issuers) {
    Setting<List<String>> names =
        certificate.required(
            "names", Readers.someOf(NetworkReaders.IDENTIFIER), "[\"mail.contoso.example\"]");
    Setting<String> issuer =
        certificate.required("issuer", Readers.text("letsencrypt"), "letsencrypt");
    Setting<List<String>> fallbacks =
        certificate.value("fallback-issuers", Readers.listOf(Readers.text("internal")), "[]");
    Setting<KeyAlgorithm> key = certificate.value("key", KEY, "rsa-2048");
    Setting<Optional<List<KeyAlgorithm>>> keys = certificate.optional("keys", Readers.someOf(KEY));
    Setting<Boolean> reuseKey = certificate.value("reuse-key", Readers.BOOLEAN, "false");
    Setting<List<CertificateRole>> roles =
        certificate.value(
            "roles", Readers.someOf(Readers.choice(CertificateRole.class)), "[server, client]");
    if (key.written()) {
      keys.wrongWhenWritten("key is written as well", "remove one of the two");
    }
    issuer
        .read()
        .filter(issuers::isBrought)
        .ifPresent(
            name ->
                fallbacks.wrongWhenWritten(
                    "nobody is asked for what comes from issuer " + name,
                    "remove it, or name an issuer that is asked"));
    issuer
        .read()
        .filter(name -> issuers.is(name, Kind.FILES))
        .ifPresent(name -> refuseKeyChoices(List.of(key, keys, reuseKey)));
    issuer.read().ifPresent(name -> requireProvable(names, issuer, name, issuers));
    fallbacks.read().ifPresent(all -> requireFallbacks(names, issuer, fallbacks, all, issuers));
    return certificate.build(
        () ->
            new CertificateSpec(
                CertificateId.of(certificate.name()),
                names.get().stream().filter(CertificatesSection::isName).map(DnsName::of).toList(),
                names.get().stream().filter(n -> !isName(n)).map(IpAddress::of).toList(),
                issuer.get(),
                fallbacks.get(),
                keys.get().orElse(List.of(key.get())),
                reuseKey.get(),
                Set.copyOf(roles.get())));
  }

  private static void refuseKeyChoices(List<Setting<?>> choices) {
    for (Setting<?> choice : choices) {
      choice.wrongWhenWritten(
          "the tool that writes the files makes the key", "remove it, and tell that tool");
    }
  }

  private static void requireFallbacks(
      Setting<List<String>> names,
      Setting<String> issuer,
      Setting<List<String>> fallbacks,
      List<String> written,
      Issuers issuers) {
    for (String name : written) {
      if (issuer.read().filter(name::equals).isPresent()) {
        fallbacks.wrong(
            name + " is the issuer itself", "remove it, or name one that can stand in for it");
      } else if (issuers.isBrought(name)) {
        fallbacks.wrong(
            name + " gives nothing when it is asked: somebody brings what comes from it",
            "remove it, or name an issuer that is asked");
      } else {
        requireProvable(names, fallbacks, name, issuers);
      }
    }
  }

  /** The issuer exists, and its challenge can prove the names (RFC 8555, section 7.1.3). */
  private static void requireProvable(
      Setting<List<String>> names, Setting<?> reference, String issuer, Issuers issuers) {
    issuers.require(reference, issuer);
    issuers.requirePermitted(names, issuer);
    issuers
        .validation(issuer)
        .ifPresent(
            method -> names.read().ifPresent(all -> refuseUnprovable(names, all, method, issuer)));
  }

  private static void refuseUnprovable(
      Setting<?> names, List<String> written, ValidationMethod method, String issuer) {
    String with = " cannot be proved with " + method.type() + ", the challenge of issuer " + issuer;
    for (String name : written) {
      if (!isName(name) && !method.provesAddresses()) {
        names.wrong(
            "the address " + name + with,
            "name an issuer with challenge = http-01 or tls-alpn-01, or write names");
      }
      if (isName(name) && DnsName.of(name).isWildcard() && !method.provesWildcards()) {
        names.wrong(name + with, "write out the names it stands for, or challenge = dns-01");
      }
    }
  }

  private static boolean isName(String identifier) {
    return !IpAddress.looksLikeOne(identifier);
  }
}
