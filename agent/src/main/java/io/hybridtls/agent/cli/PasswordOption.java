package io.hybridtls.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A password, in a file: in the arguments every user of the machine could read it. */
final class PasswordOption {

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "a file with the password of the key or PFX, in its first line")
  private @Nullable Path file;

  /** The first line of the file; empty when none is named. */
  Optional<String> read() throws IOException {
    if (file == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse(""));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + "; nothing was changed", e);
    }
  }
}
