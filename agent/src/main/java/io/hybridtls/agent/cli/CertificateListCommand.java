package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hybridtls certificate list}. */
@Command(
    name = "list",
    header = "List the certificates that are configured or stored.",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class CertificateListCommand implements Callable<Integer> {

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return agent.ask("GET /v1/certificates", this::show);
  }

  private void show(JsonObject answer) {
    List<JsonObject> certificates = answer.objects("certificates");
    if (certificates.isEmpty()) {
      agent.println("no certificate is configured or stored");
    }
    int width = certificates.stream().mapToInt(entry -> entry.text("id").length()).max().orElse(1);
    for (JsonObject entry : certificates) {
      String state =
          entry.isTrue("live")
              ? "generation " + entry.text("generation") + ", until " + entry.text("not-after")
              : "not live";
      agent.println(
          String.format("%-" + width + "s  ", entry.text("id"))
              + state
              + (entry.isTrue("configured")
                  ? ", from "
                      + entry.text("issuer")
                      + ": "
                      + String.join(", ", entry.texts("names"))
                  : ", not configured any more"));
    }
  }
}
