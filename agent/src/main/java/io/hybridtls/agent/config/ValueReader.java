package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Map;

/** Makes a value of the configured kind from what is written. */
@FunctionalInterface
interface ValueReader<T> {

  T read(ConfigValue written, Surroundings surroundings) throws UnreadableValueException;

  /**
   * What a value's meaning may depend on.
   *
   * @param folder the configuration file's; relative paths start there
   */
  record Surroundings(Path folder, Map<String, String> environment) {}
}
