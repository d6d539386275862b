package io.hybridtls.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end. */
final class FinishedProcess {

  private static final long PATIENCE_SECONDS = 60;

  /** Starts a program that writes its standard output and standard error to these files. */
  @FunctionalInterface
  interface Start {
    Process to(Path out, Path err) throws IOException;
  }

  private FinishedProcess() {}

  /** Waits for the program's end, with its output under {@code folder}. */
  static CommandResult of(Path folder, Start start) {
    try {
      Path out = Files.createTempFile(folder, "command", ".out");
      Path err = Files.createTempFile(folder, "command", ".err");
      Process process = start.to(out, err);
      try {
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        String said = Files.readString(out);
        String complained = Files.readString(err);
        if (!ended) {
          throw new AssertionError("it did not end; it said " + said + complained);
        }
        return new CommandResult(process.exitValue(), said, complained);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
