package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.config.ConfigLoader;
import io.hybridtls.agent.config.LoadedConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file that the agent was started with, and what it said then.
 *
 * @param environment what the file's substitutions and secrets refer to, now and on a reload
 */
public record ConfigSource(Path file, AgentConfig atStart, Map<String, String> environment) {

  public ConfigSource {
    environment = Map.copyOf(environment);
  }

  /** Reads the file again; blocks on I/O. */
  LoadedConfig readAgain() {
    return new ConfigLoader(environment).load(file);
  }

  /** Without the environment: it may hold secrets. */
  @Override
  public String toString() {
    return "ConfigSource[" + file + "]";
  }
}
