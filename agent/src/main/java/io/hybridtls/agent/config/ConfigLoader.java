package io.hybridtls.agent.config;

import com.typesafe.config.ConfigObject;
import io.hybridtls.agent.config.AgentConfig.Admin;
import io.hybridtls.agent.config.AgentConfig.Http;
import io.hybridtls.agent.config.AgentConfig.Log;
import io.hybridtls.agent.config.AgentConfig.Renewal;
import io.hybridtls.agent.config.AgentConfig.Store;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a configuration file (HOCON: includes, {@code ${?VARIABLE}}) and checks it whole. Blocks on
 * I/O; no text makes it throw. Safe for any thread.
 */
public final class ConfigLoader {

  private static final String STATE_DIRECTORY = "\"/var/lib/hybridtls\"";

  private final Map<String, String> environment;

  /**
   * @param environment what substitutions and secrets may refer to, usually {@link System#getenv()}
   */
  public ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads {@code file}. Relative paths in it start at its folder, also those in files that it
   * includes.
   */
  public LoadedConfig load(Path file) {
    Reading reading = new Reading(file, environment);
    return load(reading);
  }

  /**
   * Reads of {@code file} only where the command line finds the agent: the rest may be in any
   * state, and the agent may run all the same.
   *
   * @return empty when the file, or its {@code admin}, cannot be read; {@link #load} tells why
   */
  public Optional<Admin> loadAdmin(Path file) {
    Reading reading = new Reading(file, environment);
    return new HoconFile(file, reading.problems(), reading.source())
        .parse(environment)
        .flatMap(
            object ->
                SmallSections.admin(Section.root(reading, object).sectionOfDefaults("admin")));
  }

  /** Reads the file of {@code reading}, which afterwards has the catalog of known keys. */
  static LoadedConfig load(Reading reading) {
    Optional<AgentConfig> config =
        new HoconFile(reading.file(), reading.problems(), reading.source())
            .parse(reading.surroundings().environment())
            .flatMap(object -> read(reading, object));
    if (config.isEmpty() || reading.problems().hasErrors()) {
      return new LoadedConfig.Invalid(reading.problems().all());
    }
    return new LoadedConfig.Valid(config.get(), reading.problems().all());
  }

  private static Optional<AgentConfig> read(Reading reading, ConfigObject object) {
    Section root = Section.root(reading, object);
    Setting<Path> state =
        root.value("state-directory", FileReaders.path(STATE_DIRECTORY), STATE_DIRECTORY);
    Optional<Store> store = StoreSection.read(root.sectionOfDefaults("store"), state);
    AddressesInUse addresses = new AddressesInUse();
    Optional<Section> httpSection = root.section("http");
    Optional<Http> http = httpSection.flatMap(section -> readHttp(section, addresses));
    Issuers issuers =
        new IssuersSection(httpSection.isPresent(), addresses).read(root.entries("issuers"));
    Certificates certificates = CertificatesSection.read(root.entries("certificates"), issuers);
    Optional<Renewal> renewal = SmallSections.renewal(root.sectionOfDefaults("renewal"));
    Optional<EndpointSettings> smtp =
        root.section("smtp")
            .flatMap(section -> SmtpSection.read(section, certificates, issuers, addresses));
    Optional<Admin> admin = SmallSections.admin(root.sectionOfDefaults("admin"));
    Optional<Log> log = SmallSections.log(root.sectionOfDefaults("log"));
    root.reportUnknownKeys();
    if (reading.problems().hasErrors()) {
      return Optional.empty();
    }
    return Optional.of(
        new AgentConfig(
            state.get(),
            store.orElseThrow(),
            issuers.acme(),
            issuers.localCas(),
            issuers.terms(),
            issuers.est(),
            issuers.imported(),
            issuers.files(),
            certificates.inventory(renewal.orElseThrow().hours()),
            renewal.orElseThrow(),
            smtp,
            http,
            admin.orElseThrow(),
            log.orElseThrow()));
  }

  private static Optional<Http> readHttp(Section http, AddressesInUse addresses) {
    Setting<InetSocketAddress> address = SmallSections.httpAddress(http);
    addresses.claim(address, "http", AddressesInUse.Use.ALONE);
    return SmallSections.http(http, address);
  }
}
