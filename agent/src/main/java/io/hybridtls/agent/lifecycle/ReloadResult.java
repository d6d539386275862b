package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.config.ConfigProblem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a reload ended.
 *
 * @param applied whether the new configuration is in force; otherwise the old one is, unchanged
 * @param invalid whether it was not applied because of errors in the file
 * @param problems of the file, warnings among them
 * @param message for the operator: what happened
 * @param atNextStart the keys whose change takes effect only then
 */
public record ReloadResult(
    boolean applied,
    boolean invalid,
    List<ConfigProblem> problems,
    String message,
    List<String> atNextStart) {

  public ReloadResult {
    problems = List.copyOf(problems);
    atNextStart = List.copyOf(atNextStart);
  }

  static ReloadResult invalid(List<ConfigProblem> problems) {
    return new ReloadResult(
        false, true, problems, "the configuration has errors; nothing was changed", List.of());
  }

  static ReloadResult failed(List<ConfigProblem> problems, String why) {
    return new ReloadResult(false, false, problems, why + "; nothing was changed", List.of());
  }

  static ReloadResult applied(List<ConfigProblem> problems, List<String> atNextStart) {
    String message =
        atNextStart.isEmpty()
            ? "the new configuration is in force"
            : "the new configuration is in force, except for what takes effect at the next start: "
                + String.join(", ", atNextStart);
    return new ReloadResult(true, false, problems, message, atNextStart);
  }

  /** For the command line. */
  Map<String, Object> asMap() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("applied", applied);
    shown.put("invalid", invalid);
    shown.put("message", message);
    shown.put("at-next-start", atNextStart);
    shown.put("problems", problems.stream().map(ConfigProblem::toString).toList());
    return shown;
  }
}
