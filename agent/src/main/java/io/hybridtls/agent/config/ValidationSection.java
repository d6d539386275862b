package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.ValidationMethod;
import io.hybridtls.agent.acme.ValidationMethod.Dns01;
import io.hybridtls.agent.acme.ValidationMethod.DnsPersist01;
import io.hybridtls.agent.acme.ValidationMethod.Http01;
import io.hybridtls.agent.acme.ValidationMethod.TlsAlpn01;
import io.hybridtls.agent.acme.dns.PublishingSettings;
import java.net.InetSocketAddress;
import java.util.Optional;

/** How an ACME issuer is shown that names are ours: {@code challenge}, and what belongs to it. */
final class ValidationSection {

  private static final String TLS_ALPN = "tls-alpn-01";
  private static final String DNS = "dns";

  /** How a name is proved to an ACME server. */
  private enum Challenge {
    HTTP_01,
    TLS_ALPN_01,
    DNS_01,
    DNS_ACCOUNT_01,
    DNS_PERSIST_01
  }

  private final boolean http;
  private final AddressesInUse addresses;

  /**
   * @param http whether there is an HTTP listener
   */
  ValidationSection(boolean http, AddressesInUse addresses) {
    this.http = http;
    this.addresses = addresses;
  }

  /** Empty when something is wrong, which has been reported. */
  Optional<ValidationMethod> read(Section issuer) {
    Setting<Challenge> challenge =
        issuer.value("challenge", Readers.choice(Challenge.class), "http-01");
    Section tlsAlpn = issuer.sectionOfDefaults(TLS_ALPN);
    Setting<InetSocketAddress> address =
        tlsAlpn.value("address", NetworkReaders.LISTEN_ADDRESS, "\"0.0.0.0:443\"");
    Optional<Section> dns = issuer.section(DNS);
    Optional<Challenge> chosen = challenge.read();
    if (chosen.isEmpty()) {
      dns.ifPresent(Section::ofUnknownKind);
      return Optional.empty();
    }
    return switch (chosen.get()) {
      case HTTP_01 -> http01(challenge, dns);
      case TLS_ALPN_01 -> {
        addresses.claim(address, "tls-alpn-01", AddressesInUse.Use.TLS_PROOFS);
        refuse(dns);
        yield tlsAlpn.build(() -> new TlsAlpn01(address.get()));
      }
      default -> byDns(issuer, challenge, chosen.get(), dns);
    };
  }

  private Optional<ValidationMethod> http01(Setting<Challenge> challenge, Optional<Section> dns) {
    refuse(dns);
    if (!http) {
      challenge.wrong(
          "http-01 is answered by the HTTP listener, and there is none",
          "write http { address = \"0.0.0.0:80\" }");
    }
    return Optional.of(new Http01());
  }

  private static Optional<ValidationMethod> byDns(
      Section issuer, Setting<Challenge> challenge, Challenge chosen, Optional<Section> dns) {
    if (chosen == Challenge.DNS_PERSIST_01) {
      Section settings = dns.orElseGet(() -> issuer.sectionOfDefaults(DNS));
      return DnsSection.lookup(settings).map(DnsPersist01::new);
    }
    if (dns.isEmpty()) {
      challenge.wrong(
          "the agent is not told how to write records for it",
          "write dns { update { ... } } or dns { command = [...] }");
      return Optional.empty();
    }
    boolean perAccount = chosen == Challenge.DNS_ACCOUNT_01;
    Optional<PublishingSettings> publishing = DnsSection.publishing(dns.get());
    return DnsSection.lookup(dns.get())
        .flatMap(lookup -> publishing.map(by -> new Dns01(by, lookup, perAccount)));
  }

  private static void refuse(Optional<Section> dns) {
    if (dns.isPresent()) {
      dns.get().ofUnknownKind();
      dns.get()
          .wrong(
              "it has no use with the challenge that is chosen",
              "write challenge = dns-01, or remove it");
    }
  }
}
