package io.hybridtls.agent.config;

import io.hybridtls.agent.config.ListenersSection.Listeners;
import io.hybridtls.smtp.inbound.AddressRange;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/** {@code smtp.inbound-connectors}: who may send what to whom. */
final class InboundConnectorsSection {

  /** Nobody's own network is larger; a block with a shorter prefix is the internet at large. */
  private static final int SHORTEST_OWN_PREFIX_V4 = 8;

  private static final int SHORTEST_OWN_PREFIX_V6 = 16;

  private InboundConnectorsSection() {}

  static List<InboundConnector> read(List<Section> entries, Listeners listeners) {
    return entries.stream().flatMap(entry -> new Keys(entry).read(listeners).stream()).toList();
  }

  /** The settings of one connector. */
  private static final class Keys {

    private final Section connector;
    private final Setting<ConnectorType> type;
    private final Setting<Boolean> requireTls;
    private final Setting<Optional<ReferenceIdentity>> certificateName;
    private final Setting<Boolean> requireClientAuth;
    private final Setting<List<AddressRange>> addresses;
    private final Setting<List<DomainPattern>> senders;
    private final Setting<List<DomainPattern>> recipients;
    private final Setting<Boolean> restrictToCertificate;
    private final Setting<Boolean> restrictToAddresses;
    private final Setting<Boolean> cloudServices;

    Keys(Section section) {
      ValueReader<List<DomainPattern>> domains = Readers.listOf(NetworkReaders.DOMAIN_PATTERN);
      connector = section;
      type = section.required("type", Readers.choice(ConnectorType.class), "on-premises");
      requireTls = section.value("require-tls", Readers.BOOLEAN, "false");
      certificateName =
          section.optional("tls-sender-certificate-name", NetworkReaders.REFERENCE_IDENTITY);
      requireClientAuth = section.value("require-client-auth-purpose", Readers.BOOLEAN, "false");
      addresses =
          section.value("sender-ip-addresses", Readers.listOf(NetworkReaders.ADDRESS_RANGE), "[]");
      senders = section.value("sender-domains", domains, "[]");
      recipients = section.value("recipient-domains", domains, "[]");
      restrictToCertificate =
          section.value("restrict-domains-to-certificate", Readers.BOOLEAN, "false");
      restrictToAddresses =
          section.value("restrict-domains-to-ip-addresses", Readers.BOOLEAN, "false");
      cloudServices = section.value("cloud-services-mail-enabled", Readers.BOOLEAN, "false");
    }

    Optional<InboundConnector> read(Listeners listeners) {
      checkTls(listeners);
      checkCertificateRules();
      checkRestrictions();
      if (type.read().filter(ConnectorType.ON_PREMISES::equals).isPresent()) {
        checkRelay();
      }
      return connector.build(
          () ->
              new InboundConnector(
                  connector.name(),
                  type.get(),
                  requireTls.get(),
                  certificateName.get(),
                  requireClientAuth.get(),
                  addresses.get(),
                  senders.get(),
                  recipients.get(),
                  restrictToCertificate.get(),
                  restrictToAddresses.get(),
                  cloudServices.get()));
    }

    private void checkTls(Listeners listeners) {
      if (!listeners.anyTls() && isOn(requireTls)) {
        requireTls.wrong(
            "no listener has TLS, so this connector would refuse every message",
            "give a listener tls = starttls and a certificate, or remove require-tls");
      }
      if (!listeners.anyClientCertificates()) {
        certificateName.wrongWhenWritten(
            "no listener asks clients for a certificate over TLS, so none can be checked",
            "give a listener tls = starttls and client-certificate = requested");
      }
    }

    private void checkCertificateRules() {
      if (certificateName.written()) {
        return;
      }
      String remedy = "write tls-sender-certificate-name, or remove this key";
      if (isOn(requireClientAuth)) {
        requireClientAuth.wrong("this connector looks at no certificate", remedy);
      }
      if (isOn(restrictToCertificate)) {
        restrictToCertificate.wrong("this connector looks at no certificate", remedy);
      }
      if (isOn(cloudServices)) {
        cloudServices.wrong(
            "cross-premises headers are believed of a peer with a verified certificate alone",
            remedy);
      }
    }

    private void checkRestrictions() {
      if (isOn(restrictToAddresses) && isEmpty(addresses)) {
        restrictToAddresses.wrong(
            "this connector names no addresses", "write sender-ip-addresses, or remove this key");
      }
      if (isEmpty(senders)) {
        String what = "this connector names no sender domains to restrict";
        String remedy = "write sender-domains ([\"*\"] for all), or remove this key";
        List.of(restrictToCertificate, restrictToAddresses).stream()
            .filter(Keys::isOn)
            .forEach(restriction -> restriction.wrong(what, remedy));
      }
    }

    /** Sender domains prove nothing: anybody can write them. */
    private void checkRelay() {
      if (certificateName.written()) {
        return;
      }
      if (isEmpty(addresses)) {
        connector.wrong(
            "it names neither a certificate nor addresses, and would relay for everybody",
            "write tls-sender-certificate-name or sender-ip-addresses");
      } else if (recipients.read().orElse(List.of()).contains(new DomainPattern.Any())) {
        addresses.read().stream()
            .flatMap(List::stream)
            .filter(InboundConnectorsSection::isTheInternet)
            .findFirst()
            .ifPresent(this::refuseOpenRelay);
      }
    }

    private void refuseOpenRelay(AddressRange range) {
      addresses.wrong(
          range
              + " is no network of your own, and to relay to every domain for it is an open relay",
          "write your own networks, write tls-sender-certificate-name, or name the"
              + " recipient-domains");
    }

    private static boolean isOn(Setting<Boolean> setting) {
      return setting.read().orElse(false);
    }

    private static boolean isEmpty(Setting<? extends List<?>> setting) {
      return setting.read().map(list -> list.isEmpty()).orElse(false);
    }
  }

  private static boolean isTheInternet(AddressRange range) {
    boolean v4 = range.network() instanceof Inet4Address;
    return range.prefixLength() < (v4 ? SHORTEST_OWN_PREFIX_V4 : SHORTEST_OWN_PREFIX_V6);
  }
}
