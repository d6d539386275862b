package io.hybridtls.smtp.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The endpoint in a JVM of its own, with the options that the launcher gives the agent. */
final class HybridTlsServer implements MailServer {

  private static final List<String> LAUNCHER_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms16m",
          "-Xmx512m",
          "-Xss512k",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xshare:auto",
          "-Dio.netty.leakDetection.level=disabled");

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final int port;
  private final int mutualPort;

  private HybridTlsServer(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.port = Integer.parseInt(readAnswer());
    this.mutualPort = Integer.parseInt(readAnswer());
  }

  /** Starts the server and waits until it listens. */
  static HybridTlsServer start(World world, Cores cores, int sinkPort, String options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LAUNCHER_OPTIONS);
    command.add("-Dlogback.configurationFile=logback-bench.xml");
    command.addAll(List.of(options.strip().split("\\s+", -1)));
    command.removeIf(String::isEmpty);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(HybridTlsProgram.class.getName(), world.folder().toString()));
    command.add(Integer.toString(sinkPort));
    Process process =
        new ProcessBuilder(cores.forServer(command))
            .redirectError(world.folder().resolve("hybridtls.log").toFile())
            .start();
    try {
      return new HybridTlsServer(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  @Override
  public String name() {
    return "HybridTLS";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int mutualPort() {
    return mutualPort;
  }

  /**
   * Has the server swap its certificate.
   *
   * @return the serial number of the one that is live now
   */
  String swapCertificate() throws IOException {
    commands.write(HybridTlsProgram.SWAP + "\n");
    commands.flush();
    return readAnswer();
  }

  @Override
  public void close() throws IOException {
    commands.close(); // the program ends with its input
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String readAnswer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the server ended; its log is hybridtls.log in the benchmark's folder");
    }
    return line;
  }
}
