package io.hybridtls.agent.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate show}. */
@Command(
    name = "show",
    header = "Show a certificate: names, key, purposes, chain, generations.",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class CertificateShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "the certificate, as configured")
  private String id = "";

  @Option(names = "--all", description = "show earlier generations as fully as the live one")
  private boolean all;

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return agent.with("id", id).ask("GET /v1/certificate", this::show);
  }

  private void show(JsonObject answer) {
    agent.println(agent.ansi().string("@|bold " + answer.text("id") + "|@"));
    line("names", String.join(", ", answer.texts("names")));
    line("issuer", answer.find("issuer").orElse("not configured any more"));
    line("keys", String.join(", ", answer.texts("keys")));
    line("roles", String.join(", ", answer.texts("roles")));
    List<JsonObject> generations = answer.objects("generations");
    if (generations.isEmpty()) {
      agent.println("  nothing is stored yet");
    }
    generations.forEach(this::showGeneration);
  }

  private void showGeneration(JsonObject generation) {
    boolean live = generation.isTrue("live");
    agent.println("");
    agent.println(
        "  generation "
            + generation.text("number")
            + (live ? agent.ansi().string(", @|green live|@") : "")
            + ": stored "
            + generation.text("stored")
            + ", from "
            + generation.text("issuer")
            + ", because "
            + generation.text("reason"));
    for (JsonObject certificate : generation.objects("certificates")) {
      if (live || all) {
        showWhole(certificate);
      } else {
        line("serial", certificate.text("serial") + ", until " + certificate.text("not-after"));
      }
    }
  }

  private void showWhole(JsonObject certificate) {
    line("subject", certificate.text("subject"));
    List<String> names = certificate.texts("names");
    List<String> addresses = certificate.texts("addresses");
    line("names", String.join(", ", names) + (addresses.isEmpty() ? "" : " " + addresses));
    line("serial", certificate.text("serial"));
    line("valid", certificate.text("not-before") + " to " + certificate.text("not-after"));
    line("key", certificate.text("key") + ", SPKI SHA-256 " + certificate.text("spki-sha256"));
    line("sha-256", certificate.text("fingerprint"));
    List<String> purposes = certificate.texts("key-purposes");
    line("purposes", purposes.isEmpty() ? "any" : String.join(", ", purposes));
    for (JsonObject link : certificate.objects("chain")) {
      line("chain", link.text("subject") + ", by " + link.text("issuer"));
    }
  }

  private void line(String label, String text) {
    agent.println(String.format("    %-8s  %s", label, text));
  }
}
