package io.hybridtls.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hybridtls renew}. */
@Command(
    name = "renew",
    header = "Renew certificates now, if they are due.",
    description = {
      "%nThe running agent renews by itself; this is for when you do not want to wait.",
      "The CA is asked first whether it suggests a renewal by now (ARI).",
      "A certificate that is in use stays in use until its successor is stored,",
      "checked and live; open sessions go on.%n"
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes, with --wait:%n",
    exitCodeList = {
      "0:done, or not due",
      "1:failed, and no valid certificate is in use",
      "2:there is no such certificate, or a limit would be exceeded",
      "3:no agent answers",
      "5:failed; the old certificate is still valid",
      "6:issued and stored, but not seen to be live"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  hybridtls renew                       whatever is due, in the background",
      "  hybridtls renew mail --wait           mail, if it is due; show each step",
      "  hybridtls renew mail --force --wait   mail, although it is not due"
    })
final class RenewCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "the certificates to renew; without any, all")
  private List<String> ids = List.of();

  @Option(
      names = {"-f", "--force"},
      description = {
        "also when a certificate is not due, or waits after a",
        "failure; says first what it would spend of the CA's",
        "rate limits, and asks if that is much"
      })
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask, whatever --force would spend")
  private boolean yes;

  @Option(
      names = {"-w", "--wait"},
      description = "wait for the outcome, and show each step")
  private boolean waiting;

  @Mixin private AgentOption agent = new AgentOption();
  @Mixin private OutputOption output = new OutputOption();

  private final Terminal terminal;

  RenewCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (force && !yes && !isWanted()) {
      throw new CommandFailure(ExitCode.FAILED, "nothing was renewed, as you wish");
    }
    Map<String, List<String>> parameters =
        Map.of(
            "id", ids,
            "force", List.of(String.valueOf(force)),
            "wait", List.of(String.valueOf(waiting)));
    Map<String, Object> answer = agent.connect().ask("POST /v1/renew", parameters, this::show);
    JsonObject result = new JsonObject(answer);
    int exit = (int) result.number("exit");
    if (output.json()) {
      OutputOption.print(spec.commandLine().getOut(), answer);
    } else if (result.find("error").isPresent()) {
      throw new CommandFailure(exit, result.text("error"));
    } else {
      result.find("text").ifPresent(this::println);
    }
    return exit;
  }

  private boolean isWanted() throws IOException, InterruptedException {
    Map<String, Object> answer =
        agent.connect().ask("GET /v1/renew/cost", Map.of("id", ids), progress -> {});
    return new ForcedRenewal(new JsonObject(answer).objects("costs"))
        .isWanted(terminal, !output.json(), spec.commandLine().getErr());
  }

  private void show(Map<String, Object> progress) {
    if (output.json()) {
      return; // the result has it all
    }
    JsonObject told = new JsonObject(progress);
    told.find("step").ifPresent(step -> println("   " + told.text("certificate") + ": " + step));
    told.object("outcome").ifPresent(this::showOutcome);
  }

  private void showOutcome(JsonObject outcome) {
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    String mark = outcome.number("exit") == ExitCode.DONE ? "@|green ok|@ " : "@|red !!|@ ";
    println(ansi.string(mark) + outcome.text("certificate") + ": " + outcome.text("text"));
    if (!force && isFailure(outcome.number("exit"))) {
      println(
          "   once its cause is mended: hybridtls renew "
              + outcome.text("certificate")
              + " --force --wait");
    }
  }

  private static boolean isFailure(long exitCode) {
    return exitCode == ExitCode.FAILED || exitCode == ExitCode.RENEWAL_FAILED_STILL_VALID;
  }

  private void println(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
