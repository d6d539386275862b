package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hybridtls account show}. */
@Command(
    name = "show",
    header = "Show the account as the CA has it; make it, if there is none yet.",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class AccountShowCommand implements Callable<Integer> {

  @Mixin private AccountOption account = new AccountOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return account.ask("show", this::show);
  }

  private void show(JsonObject answer) {
    account.println("account   " + answer.text("account"));
    account.println("status    " + answer.text("status"));
    answer.texts("contacts").forEach(contact -> account.println("contact   " + contact));
  }
}
