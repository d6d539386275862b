package io.hybridtls.agent.config;

import io.hybridtls.agent.localca.ConstraintSettings;
import io.hybridtls.agent.localca.LifetimeSettings;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.AddressRange;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An issuer of type {@code local-ca}. */
final class LocalCaSection {

  private LocalCaSection() {}

  /**
   * @param http whether there is an HTTP listener
   */
  static Optional<LocalCaSettings> read(Section issuer, boolean http) {
    Setting<String> name =
        issuer.required("name", Readers.text("\"Contoso Mail\""), "\"Contoso Mail\"");
    Setting<Duration> lifetime = issuer.value("lifetime", Quantities.DURATION, "90 days");
    Setting<Duration> issuing = issuer.value("issuing-lifetime", Quantities.DURATION, "1825 days");
    Setting<Duration> root = issuer.value("root-lifetime", Quantities.DURATION, "3650 days");
    Setting<List<DnsName>> domains =
        issuer.value("permitted-domains", Readers.listOf(NetworkReaders.HOST_NAME), "[]");
    Setting<List<AddressRange>> addresses =
        issuer.value("permitted-addresses", Readers.listOf(NetworkReaders.ADDRESS_RANGE), "[]");
    Setting<Optional<URI>> crl = issuer.optional("crl-base-url", NetworkReaders.HTTP_URI);
    if (!http) {
      crl.wrongWhenWritten(
          "the HTTP listener serves the revocation list, and there is none",
          "write http { address = \"0.0.0.0:80\" }, or remove crl-base-url");
    }
    if (domains.read().filter(List::isEmpty).isPresent()
        && addresses.read().filter(all -> !all.isEmpty()).isPresent()) {
      addresses.wrongWhenWritten(
          "without permitted-domains the CA may certify any name and address",
          "write permitted-domains as well, or remove permitted-addresses");
    }
    requireTime(issuing, lifetime);
    requireMore(root, issuing);
    return issuer.build(
        () ->
            new LocalCaSettings(
                issuer.name(),
                name.get(),
                new LifetimeSettings(root.get(), issuing.get(), lifetime.get()),
                new ConstraintSettings(domains.get(), addresses.get()),
                crl.get()));
  }

  /** So that an issuing CA is renewed long before it would cut short what it signs. */
  private static void requireTime(Setting<Duration> issuing, Setting<Duration> lifetime) {
    if (issuing.read().isPresent()
        && lifetime.read().isPresent()
        && issuing.get().dividedBy(2).compareTo(lifetime.get()) < 0) {
      Setting<?> wrong = lifetime.written() ? lifetime : issuing;
      wrong.wrong(
          "an issuing CA lives at least twice as long as its certificates; issuing-lifetime is "
              + Quantities.shown(issuing.get())
              + " and lifetime is "
              + Quantities.shown(lifetime.get()),
          "write a shorter lifetime, or a longer issuing-lifetime");
    }
  }

  private static void requireMore(Setting<Duration> root, Setting<Duration> issuing) {
    if (root.read().isPresent()
        && issuing.read().isPresent()
        && root.get().compareTo(issuing.get()) <= 0) {
      Setting<?> wrong = root.written() ? root : issuing;
      wrong.wrong(
          "a root outlives its issuing CA; root-lifetime is "
              + Quantities.shown(root.get())
              + " and issuing-lifetime is "
              + Quantities.shown(issuing.get()),
          "write a longer root-lifetime, or a shorter issuing-lifetime");
    }
  }
}
