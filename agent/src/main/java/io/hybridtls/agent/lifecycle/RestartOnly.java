package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The settings that a running agent cannot change, because something else is built on them. */
final class RestartOnly {

  private record Setting<T>(String key, Function<T, Object> value) {
    boolean differs(T one, T other) {
      return !value.apply(one).equals(value.apply(other));
    }
  }

  private static final List<Setting<AgentConfig>> ALWAYS =
      List.of(
          new Setting<>("state-directory", AgentConfig::stateDirectory),
          new Setting<>("store.secret", config -> config.store().secret()),
          new Setting<>("store.keep-generations", config -> config.store().keepGenerations()),
          new Setting<>("http", AgentConfig::http),
          new Setting<>("admin", AgentConfig::admin),
          new Setting<>("log", AgentConfig::log),
          new Setting<>("renewal.concurrency", config -> config.renewal().concurrency()),
          new Setting<>("smtp (added or removed)", config -> config.smtp().isPresent()));

  private static final List<Setting<EndpointSettings>> OF_THE_ENDPOINT =
      List.of(
          new Setting<>("smtp.hostname (in EHLO and bounces)", EndpointSettings::hostname),
          new Setting<>("smtp.body-memory", EndpointSettings::bodyMemory),
          new Setting<>("smtp.drain-timeout (of deliveries)", EndpointSettings::drainTimeout),
          new Setting<>("smtp.queue", EndpointSettings::queue),
          new Setting<>("smtp.outbound-timeouts", EndpointSettings::outboundTimeouts));

  private RestartOnly() {}

  /** The keys whose change takes effect only at the next start. */
  static List<String> differences(AgentConfig running, AgentConfig wanted) {
    List<String> keys = new ArrayList<>(differences(ALWAYS, running, wanted));
    Optional<EndpointSettings> old = running.smtp();
    Optional<EndpointSettings> changed = wanted.smtp();
    if (old.isPresent() && changed.isPresent()) {
      keys.addAll(differences(OF_THE_ENDPOINT, old.get(), changed.get()));
    }
    return keys;
  }

  private static <T> List<String> differences(List<Setting<T>> settings, T running, T wanted) {
    return settings.stream()
        .filter(setting -> setting.differs(running, wanted))
        .map(Setting::key)
        .toList();
  }
}
