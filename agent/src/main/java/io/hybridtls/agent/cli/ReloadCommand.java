package io.hybridtls.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls reload}. */
@Command(
    name = "reload",
    header = "Let the running agent read its configuration again.",
    description = {
      "%nAll of it comes into force, or, with any error in it, nothing changes. Open",
      "sessions go on as they began; new ones and all deliveries follow the new",
      "rules, and mail that waits is tried at once. What only a restart can change",
      "is named."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the new configuration is in force",
      "1:it could not be put into force, and nothing was changed",
      "3:no agent answers",
      "4:it has errors, and nothing was changed"
    })
final class ReloadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AgentOption agent = new AgentOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, Object> result = agent.connect().ask("POST /v1/reload", Map.of(), progress -> {});
    boolean applied = Boolean.TRUE.equals(result.get("applied"));
    if (output.json()) {
      OutputOption.print(spec.commandLine().getOut(), result);
    } else {
      report(applied, result);
    }
    return applied ? ExitCode.DONE : exitCodeOf(result);
  }

  private void report(boolean applied, Map<String, Object> result) {
    PrintWriter err = spec.commandLine().getErr();
    if (result.get("problems") instanceof List<?> problems) {
      problems.forEach(err::println);
    }
    if (applied) {
      spec.commandLine().getOut().println(result.get("message"));
      spec.commandLine().getOut().flush();
    } else {
      err.println("hybridtls: " + result.get("message"));
    }
    err.flush();
  }

  private static int exitCodeOf(Map<String, Object> result) {
    return Boolean.TRUE.equals(result.get("invalid"))
        ? ExitCode.CONFIGURATION_INVALID
        : ExitCode.FAILED;
  }
}
