package io.hybridtls.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hybridtls explain}. */
@Command(
    name = "explain",
    header = "Say why a certificate is renewed when it is, and what comes next.",
    description = {
      "%nEvery rule with its values: how much of the lifetime is used, what the CA",
      "suggests, the hours that you allow, the floor below which nothing is waited",
      "for. Then its issuers, what is spent of their limits and why one rests, and",
      "what the agent does next.%n"
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "2:there is no such certificate", "3:no agent answers"})
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "the certificate")
  private String id = "";

  @Mixin private AgentOption agent = new AgentOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, Object> answer =
        agent.connect().ask("GET /v1/explain", Map.of("id", List.of(id)), progress -> {});
    JsonObject result = new JsonObject(answer);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      OutputOption.print(out, answer);
    } else if (result.find("error").isPresent()) {
      throw new CommandFailure((int) result.number("exit"), result.text("error"));
    } else {
      new ExplanationText(result, spec.commandLine().getColorScheme().ansi())
          .lines()
          .forEach(out::println);
      out.flush();
    }
    return (int) result.number("exit");
  }
}
