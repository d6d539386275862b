package io.hybridtls.agent.acme.dns;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program with {@code present} or {@code cleanup} as its last argument, one at a time, and
 * the record in its environment: {@code HYBRIDTLS_DNS_NAME} without the final dot, {@code
 * HYBRIDTLS_DNS_VALUE}, and {@code HYBRIDTLS_DNS_ACTION}. Exit code 0 means that it is done.
 */
final class CommandPublisher implements TxtPublisher {

  private static final int MAX_OUTPUT = 1_000;

  private final CommandSettings settings;

  CommandPublisher(CommandSettings settings) {
    this.settings = settings;
  }

  @Override
  public void add(TxtRecord record) throws IOException {
    run("present", record);
  }

  @Override
  public void remove(TxtRecord record) throws IOException {
    run("cleanup", record);
  }

  /** One at a time: such programs edit one zone file, and few of them lock it. */
  private synchronized void run(String action, TxtRecord record) throws IOException {
    Path output = Files.createTempFile("hybridtls-dns", ".out");
    try {
      Process process = start(action, record, output);
      if (!finished(process)) {
        endAll(process);
        throw failed(action, "did not end within " + settings.timeout().toSeconds() + " s", output);
      }
      if (process.exitValue() != 0) {
        throw failed(action, "ended with exit code " + process.exitValue(), output);
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private Process start(String action, TxtRecord record, Path output)
      throws RefusedChangeException {
    List<String> line = new ArrayList<>(settings.command());
    line.add(action);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeAll(settings.withheld());
    builder.environment().put("HYBRIDTLS_DNS_ACTION", action);
    builder.environment().put("HYBRIDTLS_DNS_NAME", record.name().toString(true));
    builder.environment().put("HYBRIDTLS_DNS_VALUE", record.value());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new RefusedChangeException(
          "command",
          settings.command().get(0)
              + " cannot be run ("
              + Words.of(e)
              + "); name a program that the agent's user may execute",
          e);
    }
  }

  private boolean finished(Process process) throws IOException {
    try {
      return process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      endAll(process);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + settings.command().get(0) + " ran", e);
    }
  }

  /** A script's children hold on to what it was doing. */
  private static void endAll(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private IOException failed(String action, String how, Path output) throws IOException {
    String said = said(output);
    return new IOException(
        settings.command().get(0)
            + " "
            + action
            + " "
            + how
            + (said.isEmpty() ? ", and said nothing" : ", and said: " + said));
  }

  /** The end of the output, where the reason stands, in one line. */
  private static String said(Path output) throws IOException {
    try (InputStream in = Files.newInputStream(output)) {
      in.skipNBytes(Math.max(0, Files.size(output) - MAX_OUTPUT));
      String text = new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
      return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
  }
}
