package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hybridtls certificate export}. */
@Command(
    name = "export",
    header = "Write a certificate and its chain to a file, for other programs.",
    description = {
      "%nThe chain as PEM, leaf first. The key stays with the agent, unless you ask for",
      "it and give a password: then key and chain are written as PFX (PKCS#12)."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  hybridtls certificate export mail > mail.pem",
      "  hybridtls certificate export mail --with-key --password-file pass --out ."
    })
final class CertificateExportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "ID", description = "the certificate, as configured")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GENERATION",
      description = "its number; without it, the live one")
  private @Nullable String generation;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "the folder to write to; without it, PEM to standard output")
  private @Nullable Path out;

  @Option(
      names = "--with-key",
      description = "the private key, too; needs --password-file and --out")
  private boolean withKey;

  @Mixin private PasswordOption password = new PasswordOption();
  @Mixin private AgentQuestion agent = new AgentQuestion();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> secret = password.read();
    if (withKey && (secret.isEmpty() || out == null)) {
      throw new CommandFailure(
          ExitCode.USAGE, "a key is exported to a file, under a password: --out, --password-file");
    }
    if (!withKey && secret.isPresent()) {
      throw new CommandFailure(
          ExitCode.USAGE, "a password is for the key; write --with-key, or no --password-file");
    }
    if (out != null && !Files.isDirectory(out)) {
      throw new CommandFailure(
          ExitCode.FAILED, "there is no folder " + out + "; make it, or name another");
    }
    if (out != null && !Files.isWritable(out)) {
      throw new CommandFailure(ExitCode.FAILED, out + " cannot be written to: permission denied");
    }
    if (withKey) {
      secret.ifPresent(text -> agent.with("password", text));
    }
    if (generation != null) {
      agent.with("generation", generation);
    }
    return agent.with("id", id).ask("POST /v1/certificate/export", this::write, this::show);
  }

  private void write(JsonObject answer) throws IOException {
    if (out == null) {
      return;
    }
    for (JsonObject file : answer.objects("files")) {
      Path temporary = Files.createTempFile(out, ".export", ".tmp"); // 0600
      try {
        Files.write(temporary, content(file));
        if (!file.isTrue("secret")) {
          Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.move(temporary, target(out, file), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private void show(JsonObject answer) {
    for (JsonObject file : answer.objects("files")) {
      if (out == null) {
        agent.print(new String(content(file), StandardCharsets.US_ASCII));
      } else {
        agent.println("wrote " + target(out, file) + " (" + answer.text("generation") + ")");
      }
    }
  }

  /** Whatever the agent calls it, it is a file in that folder. */
  private static Path target(Path folder, JsonObject file) {
    return folder.resolve(file.text("name").replaceAll("[^a-z0-9._-]", "_"));
  }

  private static byte[] content(JsonObject file) {
    return Base64.getDecoder().decode(file.text("content"));
  }
}
