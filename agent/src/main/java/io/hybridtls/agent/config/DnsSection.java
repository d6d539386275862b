package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.dns.CommandSettings;
import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.PublishingSettings;
import io.hybridtls.agent.acme.dns.TsigKey;
import io.hybridtls.agent.acme.dns.UpdateSettings;
import io.hybridtls.agent.secret.SecretText;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** {@code issuers.<name>.dns}: how records are written, and how it is seen that they are there. */
final class DnsSection {

  private static final ValueReader<InetSocketAddress> SERVER =
      Readers.text("\"192.0.2.53:53\" or \"[2001:db8::53]:53\"", NetworkReaders::listenAddress);
  private static final ValueReader<Name> NAME =
      Readers.text("\"contoso.example\"", DnsSection::name);

  private DnsSection() {}

  static Optional<LookupSettings> lookup(Section dns) {
    Setting<Optional<InetSocketAddress>> resolver = dns.optional("resolver", SERVER);
    Setting<List<InetSocketAddress>> servers =
        dns.value("check-servers", Readers.listOf(SERVER), "[]");
    Setting<Duration> timeout = dns.value("propagation-timeout", Quantities.DURATION, "2 minutes");
    return dns.build(() -> new LookupSettings(resolver.get(), servers.get(), timeout.get()));
  }

  /** The one of {@code update} and {@code command} that is written. */
  static Optional<PublishingSettings> publishing(Section dns) {
    Optional<Section> update = dns.section("update");
    Setting<List<String>> command = dns.value("command", new ProgramReader(), "[]");
    Setting<Duration> timeout = dns.value("command-timeout", Quantities.DURATION, "2 minutes");
    boolean byCommand = command.read().map(words -> !words.isEmpty()).orElse(true);
    if (byCommand == update.isPresent()) {
      dns.wrong(
          byCommand
              ? "update and command are two ways to write a record"
              : "there is no way to write a record",
          "write one of update { ... } and command = [...]");
      update.ifPresent(Section::ofUnknownKind);
      return Optional.empty();
    }
    return update.isPresent()
        ? update(update.get())
        : dns.build(() -> new CommandSettings(command.get(), timeout.get(), dns.secretVariables()));
  }

  private static Optional<PublishingSettings> update(Section update) {
    Setting<InetSocketAddress> server = update.required("server", SERVER, "\"192.0.2.53:53\"");
    Setting<Optional<Name>> zone = update.optional("zone", NAME);
    Setting<Name> key = update.required("key-name", NAME, "hybridtls");
    Setting<TsigKey.Algorithm> algorithm =
        update.value("key-algorithm", Readers.choice(TsigKey.Algorithm.class), "hmac-sha256");
    Setting<SecretText> secret =
        update.required(
            "key-secret", new SecretTextReader(), "{ file = \"/etc/hybridtls/tsig.key\" }");
    SecretTextReader.warnOfLiteral(secret);
    SecretTextReader.requireBase64(
        secret, Base64.getDecoder()::decode, "take it as tsig-keygen prints it");
    return update.build(
        () ->
            new UpdateSettings(
                server.get(), zone.get(), new TsigKey(key.get(), algorithm.get(), secret.get())));
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a domain name", e);
    }
  }
}
