package io.hybridtls.agent.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hybridtls certificate}: the verbs about one certificate. */
@Command(
    name = "certificate",
    header = "Look at certificates, bring your own, go back to an earlier one.",
    customSynopsis = "hybridtls certificate COMMAND [OPTIONS]",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      CertificateListCommand.class,
      CertificateShowCommand.class,
      CertificateCsrCommand.class,
      CertificateImportCommand.class,
      CertificateExportCommand.class,
      CertificateRollbackCommand.class,
      CertificateIssueCommand.class,
      CertificateRevokeCommand.class
    })
final class CertificateCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
    throw new CommandFailure(ExitCode.USAGE, "name a command, as above");
  }
}
