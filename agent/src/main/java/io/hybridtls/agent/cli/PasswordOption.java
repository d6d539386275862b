package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A password, in a file: in the arguments every user of the machine could read it. */
final class PasswordOption {

  private static final int MAX_SIZE = 64 * 1024;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "a file of mode 0600 with the password of the key or PFX in its first line")
  private @Nullable Path file;

  /** The first line of the file; empty when none is named. */
  Optional<String> read() throws IOException {
    if (file == null) {
      return Optional.empty();
    }
    LocalFile password = new LocalFile(file);
    password.requireClosed();
    return Optional.of(password.firstLine(MAX_SIZE));
  }
}
