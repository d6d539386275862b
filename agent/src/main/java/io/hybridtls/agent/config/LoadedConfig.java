package io.hybridtls.agent.config;

import io.hybridtls.agent.config.ConfigProblem.Severity;
import java.util.List;
import java.util.Optional;

/** What reading a configuration file gave. Immutable. */
public sealed interface LoadedConfig {

  /** A configuration to run with. */
  record Valid(AgentConfig configuration, List<ConfigProblem> problems) implements LoadedConfig {
    public Valid {
      problems = List.copyOf(problems);
    }

    @Override
    public Optional<AgentConfig> config() {
      return Optional.of(configuration);
    }
  }

  /** A file that cannot be used; at least one of the problems is an error. */
  record Invalid(List<ConfigProblem> problems) implements LoadedConfig {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.stream().noneMatch(problem -> problem.severity() == Severity.ERROR)) {
        throw new IllegalArgumentException("a configuration without an error is valid");
      }
    }

    @Override
    public Optional<AgentConfig> config() {
      return Optional.empty();
    }
  }

  /** Everything that was found, by file and line; warnings only when the configuration is valid. */
  List<ConfigProblem> problems();

  /** Empty when there is an error. */
  Optional<AgentConfig> config();
}
