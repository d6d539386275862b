package io.hybridtls.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One question to the running agent, and what every command does with the answer to it. */
final class AgentQuestion {

  /** What is done with an answer besides showing it. */
  @FunctionalInterface
  interface Act {
    void on(JsonObject answer) throws IOException;
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Mixin private AgentOption agent = new AgentOption();
  @Mixin private OutputOption output = new OutputOption();

  private final Map<String, List<String>> parameters = new LinkedHashMap<>();

  AgentQuestion with(String name, String value) {
    return with(name, List.of(value));
  }

  AgentQuestion with(String name, List<String> values) {
    parameters.put(name, List.copyOf(values));
    return this;
  }

  /**
   * Asks, shows each step, and then the answer: whole for programs, or by {@code show} for people.
   */
  int ask(String route, Consumer<JsonObject> show) throws IOException, InterruptedException {
    return ask(route, answer -> {}, show);
  }

  /**
   * Asks, acts on the answer whoever reads it, and shows it as {@link #ask(String, Consumer)} does.
   *
   * @param act not called when the agent refuses
   * @return the exit code that the agent gave
   * @throws CommandFailure when the agent refuses, unless a program reads the answer
   */
  int ask(String route, Act act, Consumer<JsonObject> show)
      throws IOException, InterruptedException {
    Map<String, Object> answer = agent.connect().ask(route, parameters, this::showStep);
    JsonObject result = new JsonObject(answer);
    int exit = (int) result.number("exit");
    boolean refused = result.find("error").isPresent();
    if (refused && !output.json()) {
      throw new CommandFailure(exit, result.text("error"));
    }
    if (!refused) {
      act.on(result);
    }
    if (output.json()) {
      OutputOption.print(out(), answer);
    } else {
      show.accept(result);
      out().flush();
    }
    return exit;
  }

  /** The outcome that the answer is, with a mark that says whether it is a good one. */
  void printOutcome(JsonObject outcome) {
    String mark = outcome.number("exit") == ExitCode.DONE ? "@|green ok|@ " : "@|red !!|@ ";
    println(ansi().string(mark) + outcome.text("certificate") + ": " + outcome.text("text"));
  }

  void println(String line) {
    out().println(line);
    out().flush();
  }

  void print(String text) {
    out().print(text);
    out().flush();
  }

  Ansi ansi() {
    return command.commandLine().getColorScheme().ansi();
  }

  private void showStep(Map<String, Object> progress) {
    JsonObject told = new JsonObject(progress);
    if (!output.json()) { // else the result has it all
      told.find("step").ifPresent(step -> println("   " + told.text("certificate") + ": " + step));
    }
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}
