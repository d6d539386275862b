package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate revoke}. */
@Command(
    name = "revoke",
    header = "Revoke a certificate at the CA that has signed it.",
    description = {
      "%nBy its id, what the agent has from an ACME CA or a private one; by its serial",
      "number, what a private CA has signed for a peer. A revoked certificate that",
      "is in use is replaced at once; with key-compromise the new one has a new key.%n",
      "The serial number of a private CA's issuing CA, as status shows it, revokes all",
      "that it has signed: another takes its place and issues anew what the agent uses;",
      "what peers have from it must be issued to them again.%n",
      "Reasons: unspecified, key-compromise, affiliation-changed, superseded,",
      "cessation-of-operation, privilege-withdrawn."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = {"  hybridtls certificate revoke mail --reason key-compromise"})
final class CertificateRevokeCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "ID|SERIAL",
      description = "a certificate, as configured, or a serial number")
  private String certificate = "";

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      defaultValue = "unspecified",
      description = "why; see above")
  private String reason = "unspecified";

  @Option(
      names = "--generation",
      paramLabel = "N",
      description = "which generation of ID; without it, the live one")
  private @Nullable String generation;

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (generation != null) {
      agent.with("generation", generation);
    }
    return agent
        .with("certificate", certificate)
        .with("reason", reason)
        .ask("POST /v1/certificate/revoke", answer -> agent.println(answer.text("text")));
  }
}
