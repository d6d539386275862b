package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hybridtls certificate issue}. */
@Command(
    name = "issue",
    header = "Sign the request of a peer with the agent's private CA.",
    description = {
      "%nThe peer makes its key and keeps it; you bring its request (PKCS #10). The",
      "certificate comes with the issuing CA and the root, as PEM."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = {"  hybridtls certificate issue --for device42 --csr device42.csr > device42.pem"})
final class CertificateIssueCommand implements Callable<Integer> {

  /** More than any request with all the names that a certificate can have. */
  private static final int MAX_REQUEST = 64 * 1024;

  @Option(
      names = "--for",
      paramLabel = "NAME",
      required = true,
      description = "whose certificate it is")
  private String name = "";

  @Option(
      names = "--csr",
      paramLabel = "FILE",
      required = true,
      description = "the request, PEM or DER")
  private Path csr = Path.of("");

  @Option(
      names = "--issuer",
      paramLabel = "LOCALCA",
      description = "which private CA, where there are several")
  private @Nullable String issuer;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "client (the default) or server; may be repeated")
  private List<String> roles = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "how long it is valid; without it, as configured")
  private @Nullable String days;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "where to write it; without it, to standard output")
  private @Nullable Path out;

  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (out != null) {
      new LocalFile(out).requireWritable();
    }
    agent.with("for", name).with("csr", request()).with("role", roles);
    if (issuer != null) {
      agent.with("issuer", issuer);
    }
    if (days != null) {
      agent.with("days", days);
    }
    return agent.ask("POST /v1/certificate/issue", this::write, this::show);
  }

  private String request() throws IOException {
    return Base64.getEncoder().encodeToString(new LocalFile(csr).read(MAX_REQUEST));
  }

  /** The certificate is in the CA's books already: so it must not be lost. */
  private void write(JsonObject answer) throws IOException {
    if (out == null) {
      return;
    }
    try {
      new LocalFile(out).write(answer.text("chain"));
    } catch (IOException e) {
      throw new IOException(
          e.getMessage()
              + "; the certificate was signed with the serial "
              + answer.text("serial")
              + ": revoke it, and ask again",
          e);
    }
  }

  private void show(JsonObject answer) {
    if (out == null) {
      agent.print(answer.text("chain"));
    } else {
      agent.println(
          "wrote "
              + out
              + ": for "
              + answer.text("for")
              + (answer.texts("names").isEmpty()
                  ? ""
                  : ", with the names " + String.join(", ", answer.texts("names")))
              + ", serial "
              + answer.text("serial")
              + ", valid until "
              + answer.text("not-after"));
    }
  }
}
