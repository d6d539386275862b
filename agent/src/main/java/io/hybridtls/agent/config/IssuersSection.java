package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.localca.LocalCaSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
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
    LOCAL_CA
  }

  /** How a name is proved to an ACME server. */
  enum Challenge {
    HTTP_01
  }

  private final boolean http;
  private final List<AcmeSettings> acme = new ArrayList<>();
  private final List<LocalCaSettings> localCas = new ArrayList<>();
  private final Map<String, Optional<Kind>> kinds = new HashMap<>();

  /**
   * @param http whether there is an HTTP listener
   */
  IssuersSection(boolean http) {
    this.http = http;
  }

  Issuers read(List<Section> entries) {
    for (Section issuer : entries) {
      Setting<Kind> kind = issuer.required("type", Readers.choice(Kind.class), "acme");
      kinds.put(issuer.name(), kind.read());
      kind.read()
          .ifPresentOrElse(
              type -> {
                if (type == Kind.ACME) {
                  readAcme(issuer).ifPresent(acme::add);
                } else {
                  readLocalCa(issuer).ifPresent(localCas::add);
                }
              },
              issuer::ofUnknownKind);
    }
    return new Issuers(acme, localCas, kinds);
  }

  private Optional<AcmeSettings> readAcme(Section issuer) {
    Setting<URI> directory =
        issuer.required(
            "directory",
            NetworkReaders.HTTPS_URI,
            "\"https://acme-v02.api.letsencrypt.org/directory\"");
    Setting<List<URI>> contacts =
        issuer.value("contacts", Readers.listOf(NetworkReaders.MAILTO_URI), "[]");
    Setting<Boolean> agreed = issuer.value("terms-of-service-agreed", Readers.BOOLEAN, "false");
    Setting<Optional<String>> profile = issuer.optional("profile", Readers.text("classic"));
    Setting<Challenge> challenge =
        issuer.value("challenge", Readers.choice(Challenge.class), "http-01");
    Setting<Optional<Path>> trusted = issuer.optional("trusted-ca-file", FileReaders.CA_FILE);
    if (!agreed.read().orElse(true)) {
      agreed.wrong(
          "the CA's terms of service have not been agreed to, so it makes no account",
          "read them (the CA's directory links to them) and write terms-of-service-agreed = true");
    }
    if (challenge.read().isPresent() && !http) {
      challenge.wrong(
          "http-01 is answered by the HTTP listener, and there is none",
          "write http { address = \"0.0.0.0:80\" }");
    }
    return issuer.build(
        () ->
            new AcmeSettings(
                issuer.name(),
                directory.get(),
                contacts.get(),
                agreed.get(),
                profile.get(),
                trusted.get()));
  }

  private Optional<LocalCaSettings> readLocalCa(Section issuer) {
    Setting<String> name =
        issuer.required("name", Readers.text("\"Contoso Mail\""), "\"Contoso Mail\"");
    Setting<Duration> lifetime = issuer.value("lifetime", Quantities.DURATION, "90 days");
    Setting<Optional<URI>> crl = issuer.optional("crl-base-url", NetworkReaders.HTTP_URI);
    if (!http) {
      crl.wrongWhenWritten(
          "the HTTP listener serves the revocation list, and there is none",
          "write http { address = \"0.0.0.0:80\" }, or remove crl-base-url");
    }
    return issuer.build(
        () -> new LocalCaSettings(issuer.name(), name.get(), lifetime.get(), crl.get()));
  }
}
