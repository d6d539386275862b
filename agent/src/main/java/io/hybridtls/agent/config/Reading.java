package io.hybridtls.agent.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.config.ValueReader.Surroundings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One reading of one file: what all of its sections share. Used by one thread. */
final class Reading {

  private final Path file;
  private final Surroundings surroundings;
  private final Problems problems = new Problems();
  private final KeyCatalog catalog = new KeyCatalog();
  private final SourceText source = new SourceText();
  private Set<String> secretVariables = Set.of();
  private final Map<String, ConfigValue> defaults = new HashMap<>();

  Reading(Path file, Map<String, String> environment) {
    this.file = file;
    Path folder = file.toAbsolutePath().normalize().getParent();
    this.surroundings =
        new Surroundings(folder == null ? file.toAbsolutePath() : folder, environment);
  }

  Path file() {
    return file;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Problems problems() {
    return problems;
  }

  KeyCatalog catalog() {
    return catalog;
  }

  SourceText source() {
    return source;
  }

  /** Notes what the whole file says. */
  void parsed(ConfigObject whole) {
    secretVariables = SecretVariables.in(whole);
  }

  /** The variables of the environment that no other program is to see. */
  Set<String> secretVariables() {
    return secretVariables;
  }

  /** A default, as the file would have given it. */
  ConfigValue parsed(String text) {
    return defaults.computeIfAbsent(
        text, written -> ConfigFactory.parseString("default = " + written).getValue("default"));
  }
}
