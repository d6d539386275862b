package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.ConfigProblem;
import io.hybridtls.agent.config.ConfigProblem.Severity;
import io.hybridtls.agent.config.LoadedConfig;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls check-config}. */
@Command(
    name = "check-config",
    header = "Check the configuration and list every problem in it.",
    description = {
      "%nStarts nothing and changes nothing. Each problem is shown with its file and",
      "line, what is wrong, and what to write instead. Warnings do not make the",
      "configuration invalid; errors do, and the exit code is 4."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class CheckConfigCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    LoadedConfig loaded = config.read();
    boolean valid = loaded.config().isPresent();
    if (output.json()) {
      OutputOption.print(spec.commandLine().getOut(), asMap(valid, loaded.problems()));
    } else {
      report(valid, loaded.problems());
    }
    return valid ? ExitCode.DONE : ExitCode.CONFIGURATION_INVALID;
  }

  private void report(boolean valid, List<ConfigProblem> problems) {
    PrintWriter err = spec.commandLine().getErr();
    problems.forEach(err::println);
    if (valid) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(config.file() + ": the configuration is valid" + noted(problems.size()));
      out.flush();
    } else {
      long errors = problems.stream().filter(p -> p.severity() == Severity.ERROR).count();
      err.println(config.file() + ": " + count(errors, "error") + "; it cannot be used");
    }
    err.flush();
  }

  private static String noted(int warnings) {
    return warnings == 0 ? "" : "; " + count(warnings, "warning");
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static Map<String, Object> asMap(boolean valid, List<ConfigProblem> problems) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("valid", valid);
    shown.put("problems", problems.stream().map(CheckConfigCommand::asMap).toList());
    return shown;
  }

  private static Map<String, Object> asMap(ConfigProblem problem) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    shown.put("file", problem.file());
    shown.put("line", problem.line());
    shown.put("key", problem.key());
    shown.put("what", problem.what());
    shown.put("remedy", problem.remedy());
    return shown;
  }
}
