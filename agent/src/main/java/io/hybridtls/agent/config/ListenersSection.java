package io.hybridtls.agent.config;

import io.hybridtls.agent.config.AddressesInUse.Use;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code smtp.listeners}: the addresses that mail is taken on. */
final class ListenersSection {

  private final Certificates certificates;
  private final Issuers issuers;
  private final AddressesInUse addresses;
  private final List<ListenerSettings> settings = new ArrayList<>();
  private boolean anyTls;
  private boolean anyClientCertificates;

  ListenersSection(Certificates certificates, Issuers issuers, AddressesInUse addresses) {
    this.certificates = certificates;
    this.issuers = issuers;
    this.addresses = addresses;
  }

  /**
   * What the listeners have to offer. A listener that could not be read counts as offering
   * everything, so that its own problem is the only one reported.
   */
  record Listeners(
      List<ListenerSettings> settings, boolean anyTls, boolean anyClientCertificates) {}

  Listeners read(List<Section> entries) {
    entries.forEach(this::read);
    return new Listeners(settings, anyTls, anyClientCertificates);
  }

  private void read(Section listener) {
    Setting<InetSocketAddress> address =
        listener.required("address", NetworkReaders.LISTEN_ADDRESS, "\"0.0.0.0:25\"");
    Setting<ListenerTls> tls = listener.value("tls", Readers.choice(ListenerTls.class), "starttls");
    Setting<Optional<CertificateId>> certificate =
        listener.optional("certificate", Certificates.REFERENCE);
    Setting<ClientCertificateMode> client =
        listener.value(
            "client-certificate", Readers.choice(ClientCertificateMode.class), "requested");
    TrustSettings trust = TrustSettings.read(listener, issuers);
    boolean implicit = tls.read().filter(ListenerTls.IMPLICIT::equals).isPresent();
    addresses.claim(
        address, "listener " + listener.name(), implicit ? Use.IMPLICIT_TLS : Use.ALONE);
    certificates.require(certificate, CertificateRole.SERVER);
    boolean plain = tls.read().filter(ListenerTls.NONE::equals).isPresent();
    boolean asks = !plain && !client.read().filter(ClientCertificateMode.NONE::equals).isPresent();
    if (plain) {
      checkPlain(certificate, client, trust);
    } else {
      checkSecure(listener, tls, certificate, trust, asks);
    }
    anyTls |= !plain;
    anyClientCertificates |= asks;
    listener
        .build(
            () ->
                new ListenerSettings(
                    listener.name(),
                    address.get(),
                    tls.get(),
                    certificate.get(),
                    plain ? ClientCertificateMode.NONE : client.get(),
                    trust.source()))
        .ifPresent(settings::add);
  }

  private static void checkPlain(
      Setting<?> certificate, Setting<ClientCertificateMode> client, TrustSettings trust) {
    String reason = "this listener has no TLS (tls = none)";
    certificate.wrongWhenWritten(reason, "remove the certificate, or write tls = starttls");
    if (!client.read().filter(ClientCertificateMode.NONE::equals).isPresent()) {
      client.wrongWhenWritten(reason, "remove client-certificate, or write tls = starttls");
    }
    trust.meaningless(reason, "remove this key, or write tls = starttls");
  }

  private static void checkSecure(
      Section listener,
      Setting<ListenerTls> tls,
      Setting<Optional<CertificateId>> certificate,
      TrustSettings trust,
      boolean asksForCertificates) {
    if (tls.read().isPresent() && !certificate.written()) {
      listener.report(
          listener.location(),
          "certificate",
          "is missing, and TLS needs one",
          "write certificate = ... with one of certificates, or tls = none");
    }
    if (!asksForCertificates) {
      trust.meaningless(
          "this listener asks for no client certificate",
          "remove this key, or write client-certificate = requested");
    }
  }
}
