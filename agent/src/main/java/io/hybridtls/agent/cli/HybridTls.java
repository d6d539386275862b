package io.hybridtls.agent.cli;

import io.hybridtls.agent.admin.AgentNotReachableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the verb, and turns what goes wrong into one message and an exit code. */
@Command(
    name = "hybridtls",
    header = "Certificates that renew themselves, live in the SMTP endpoint that uses them.",
    customSynopsis = "hybridtls COMMAND [OPTIONS]",
    synopsisHeading = "%nUsage: ",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong use of the command line",
      "3:no agent answers",
      "4:the configuration is invalid",
      "5:the renewal failed; the old certificate is still valid",
      "6:issued and stored, but not seen to be live"
    },
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  hybridtls demo                        see the whole job on this machine",
      "  hybridtls check-config -c FILE        until it has nothing to say",
      "  hybridtls run -c FILE                 and then: hybridtls status -c FILE",
      "",
      "\"hybridtls COMMAND --help\" tells more about each."
    },
    versionProvider = Version.class,
    sortOptions = false,
    subcommands = {
      DemoCommand.class,
      CheckConfigCommand.class,
      RunCommand.class,
      StatusCommand.class,
      ExplainCommand.class,
      RenewCommand.class,
      ReloadCommand.class,
      CertificateCommand.class,
      AccountCommand.class,
      VersionCommand.class
    })
public final class HybridTls implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "show this text")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show the version")
  private boolean version;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    LogSetup.forCommands();
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, as the program and its tests use it. */
  static CommandLine commandLine() {
    return commandLine(Terminal.ofProcess());
  }

  /**
   * @param terminal where somebody can be asked
   */
  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new HybridTls(), new Commands(terminal))
        .setParameterExceptionHandler(HybridTls::correct)
        .setExecutionExceptionHandler(HybridTls::explain)
        .setUsageHelpLongOptionsMaxWidth(24)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Makes the commands, those that ask with somebody to ask. */
  private record Commands(Terminal terminal) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type == RenewCommand.class
          ? type.cast(new RenewCommand(terminal))
          : CommandLine.defaultFactory().create(type);
    }
  }

  /** Without a command: what there is. */
  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
    throw new CommandFailure(ExitCode.USAGE, "name a command, as above");
  }

  /** What was mistyped, in one line; the whole help would push it off the screen. */
  private static int correct(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    if (OutputOption.isIn(List.of(args))) {
      OutputOption.printFailure(
          command.getOut(), ExitCode.USAGE, String.valueOf(failure.getMessage()));
      return ExitCode.USAGE;
    }
    PrintWriter err = command.getErr();
    err.println("hybridtls: " + failure.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println(
          "Try \"" + command.getCommandSpec().qualifiedName() + " --help\" for more about it.");
    }
    err.flush();
    return ExitCode.USAGE;
  }

  private static int explain(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    boolean json = OutputOption.isIn(parsed.originalArgs());
    if (failure instanceof CommandFailure ended) {
      return fail(command, ended.exitCode(), json, failure);
    }
    if (failure instanceof AgentNotReachableException) {
      return fail(command, ExitCode.AGENT_NOT_REACHABLE, json, failure);
    }
    if (failure instanceof IOException) {
      return fail(command, ExitCode.FAILED, json, failure);
    }
    if (json) {
      OutputOption.printFailure(command.getOut(), ExitCode.FAILED, failure.toString());
    }
    throw failure; // a fault of ours: the whole trace is wanted
  }

  /** Without colour: standard error may go to a file while standard output is a terminal. */
  private static int fail(CommandLine command, int exitCode, boolean json, Exception failure) {
    if (json) {
      OutputOption.printFailure(command.getOut(), exitCode, String.valueOf(failure.getMessage()));
      return exitCode;
    }
    command.getErr().println("hybridtls: " + failure.getMessage());
    command.getErr().flush();
    return exitCode;
  }
}
