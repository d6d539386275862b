package io.hybridtls.agent.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls account}: the account at an ACME issuer. */
@Command(
    name = "account",
    header = "Show the account at an ACME CA, change its key, give it up.",
    customSynopsis = "hybridtls account COMMAND [OPTIONS]",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      AccountShowCommand.class,
      AccountRolloverCommand.class,
      AccountDeactivateCommand.class
    })
final class AccountCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
    throw new CommandFailure(ExitCode.USAGE, "name a command, as above");
  }
}
