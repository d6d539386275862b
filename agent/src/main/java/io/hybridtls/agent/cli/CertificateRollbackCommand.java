package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate rollback}. */
@Command(
    name = "rollback",
    header = "Put an earlier generation of a certificate back into use.",
    description = {
      "%nIt goes the way of a new one: checked, put into use, seen at the listeners.",
      "The agent renews it when it is due, as it would have before."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is live, or was already",
      "1:refused, or there is no earlier one; nothing was changed",
      "2:there is no such certificate or generation",
      "3:no agent answers",
      "6:not seen to be live"
    })
final class CertificateRollbackCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "ID", description = "the certificate, as configured")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GENERATION",
      description = "its number; without it, the one before the live one")
  private @Nullable String generation;

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (generation != null) {
      agent.with("generation", generation);
    }
    return agent.with("id", id).ask("POST /v1/certificate/rollback", agent::printOutcome);
  }
}
