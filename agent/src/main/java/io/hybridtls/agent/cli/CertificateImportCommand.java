package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate import}. */
@Command(
    name = "import",
    header = "Take in a certificate that you bring, and put it to use.",
    description = {
      "%nThe files hold the certificate, its chain and, unless the agent has made it,",
      "the key: in any order, in one file or several, as PEM, PFX (PKCS#12), PKCS#7",
      "or DER. The chain is put in order; what is missing in it is named. Nothing is",
      "stored or changed unless key, names, dates and purposes are right. Where",
      "several kinds of key are configured, give the certificates for all of them."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is live, or was already",
      "1:refused; nothing was changed",
      "2:there is no such certificate, or it is not one to import",
      "3:no agent answers",
      "5:it could not be stored; the old certificate is still valid",
      "6:stored, but not seen to be live"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  hybridtls certificate import mail mail.crt chain.crt",
      "  hybridtls certificate import mail mail.pfx --password-file mail.pass"
    })
final class CertificateImportCommand implements Callable<Integer> {

  /** More than any bundle of CAs; all files together, and what the agent takes in one request. */
  private static final int MAX_SIZE = 1024 * 1024;

  @Parameters(index = "0", paramLabel = "ID", description = "the certificate, as configured")
  private String id = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "the files with the certificate and its chain")
  private List<Path> files = List.of();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "the key, if it is in a file of its own")
  private @Nullable Path key;

  @Mixin private PasswordOption password = new PasswordOption();
  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Path> all = new ArrayList<>(files);
    if (key != null) {
      all.add(key);
    }
    List<String> contents = new ArrayList<>();
    int room = MAX_SIZE;
    for (Path file : all) {
      byte[] content = new LocalFile(file).read(room);
      room -= content.length;
      contents.add(Base64.getEncoder().encodeToString(content));
    }
    password.read().ifPresent(text -> agent.with("password", text));
    return agent
        .with("id", id)
        .with("name", all.stream().map(Path::toString).toList())
        .with("content", contents)
        .ask("POST /v1/certificate/import", agent::printOutcome);
  }
}
