package io.hybridtls.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls status}. */
@Command(
    name = "status",
    header = "Show the certificates, the listeners and the queue of the running agent.",
    description = {
      "%nFor each certificate: when it expires, when it is renewed and why, what it",
      "lacks for its role, and how the last attempt failed, if it did. Then the",
      "listeners, and the mail in the queue."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AgentOption agent = new AgentOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, Object> status = agent.connect().ask("GET /v1/status", Map.of(), progress -> {});
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      OutputOption.print(out, status);
    } else {
      new StatusText(new JsonObject(status), spec.commandLine().getColorScheme().ansi())
          .lines()
          .forEach(out::println);
      out.flush();
    }
    return ExitCode.DONE;
  }
}
