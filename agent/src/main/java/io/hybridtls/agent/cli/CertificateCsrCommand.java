package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate csr}. */
@Command(
    name = "csr",
    header = "Make the request that a CA signs, for a certificate that you bring.",
    description = {
      "%nThe agent makes the key and keeps it, encrypted; it never leaves the agent.",
      "Names and addresses are those of the configuration. Asked again, it gives a",
      "request for the same key, until a certificate for it has been imported."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = {
      "  hybridtls certificate csr mail --out mail.csr",
      "  hybridtls certificate import mail mail.crt chain.crt"
    })
final class CertificateCsrCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "the certificate, as configured")
  private String id = "";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "where to write the request, in PEM; without it, to standard output")
  private @Nullable Path out;

  @Option(
      names = "--new-key",
      description = {
        "make another key; a certificate for the key before",
        "it can then not be imported any more"
      })
  private boolean newKey;

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (out != null) {
      new LocalFile(out).requireWritable();
    }
    return agent
        .with("id", id)
        .with("new-key", String.valueOf(newKey))
        .ask("POST /v1/certificate/csr", this::write, this::show);
  }

  private void write(JsonObject answer) throws IOException {
    if (out != null) {
      new LocalFile(out).write(String.join("", answer.texts("requests")));
    }
  }

  private void show(JsonObject answer) {
    if (out == null) {
      agent.print(String.join("", answer.texts("requests")));
    } else {
      agent.println("wrote " + out + "; have a CA sign it, and import what it gives you");
    }
  }
}
