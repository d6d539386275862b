package io.hybridtls.agent.config;

import io.hybridtls.agent.config.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a file is read. */
final class Problems {

  private static final Comparator<ConfigProblem> BY_PLACE =
      Comparator.comparing(ConfigProblem::file)
          .thenComparingInt(ConfigProblem::line)
          .thenComparing(ConfigProblem::key);

  private final List<ConfigProblem> found = new ArrayList<>();

  void error(Location at, String key, String what, String remedy) {
    found.add(new ConfigProblem(Severity.ERROR, at.file(), at.line(), key, what, remedy));
  }

  void warning(Location at, String key, String what, String remedy) {
    found.add(new ConfigProblem(Severity.WARNING, at.file(), at.line(), key, what, remedy));
  }

  boolean hasErrors() {
    return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }

  /** By file and line. */
  List<ConfigProblem> all() {
    return found.stream().sorted(BY_PLACE).toList();
  }
}
