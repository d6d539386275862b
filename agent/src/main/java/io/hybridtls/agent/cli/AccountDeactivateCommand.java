package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hybridtls account deactivate}. */
@Command(
    name = "deactivate",
    header = "Give the account up; the CA never takes its key again.",
    description = {
      "%nCertificates stay valid. The next order makes a new account, which has none of",
      "the old one's rights: no authorizations, no external binding, no raised limits."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class AccountDeactivateCommand implements Callable<Integer> {

  @Option(names = "--yes", description = "yes, although it cannot be undone")
  private boolean yes;

  @Mixin private AccountOption account = new AccountOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!yes) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "deactivating the account of "
              + account.issuer()
              + " cannot be undone; say so with --yes");
    }
    return account.ask("deactivate", answer -> account.println(answer.text("text")));
  }
}
