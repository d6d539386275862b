package io.hybridtls.smtp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs that do one thing and end. */
final class Programs {

  private Programs() {}

  /**
   * Runs {@code command} to its end.
   *
   * @return what it printed
   * @throws IOException when it fails; the message has what it printed
   */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code + ": " + printed);
    }
    return printed;
  }
}
