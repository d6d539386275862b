package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hybridtls account rollover}. */
@Command(
    name = "rollover",
    header = "Give the account a new key (RFC 8555, section 7.3.5).",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class AccountRolloverCommand implements Callable<Integer> {

  @Mixin private AccountOption account = new AccountOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return account.ask("rollover", answer -> account.println(answer.text("text")));
  }
}
