package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.localca.LocalCaSettings;
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

  private final boolean http;
  private final AddressesInUse addresses;
  private final List<AcmeSettings> acme = new ArrayList<>();
  private final List<LocalCaSettings> localCas = new ArrayList<>();
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
      kind.read()
          .ifPresentOrElse(
              type -> {
                if (type == Kind.ACME) {
                  readAcme(issuer).ifPresent(acme::add);
                } else {
                  LocalCaSection.read(issuer, http).ifPresent(localCas::add);
                }
              },
              issuer::ofUnknownKind);
    }
    return new Issuers(acme, localCas, kinds);
  }

  private Optional<AcmeSettings> readAcme(Section issuer) {
    return AcmeSection.read(issuer, new ValidationSection(http, addresses));
  }
}
