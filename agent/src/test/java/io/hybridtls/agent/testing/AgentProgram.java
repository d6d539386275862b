package io.hybridtls.agent.testing;

import io.hybridtls.agent.cli.HybridTls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program as its launcher starts it: a Java process of its own, with the class path of the
 * tests.
 */
final class AgentProgram {

  /** As in the launcher; moreover a lost buffer is reported, and what runs briefly starts fast. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xshare:auto",
          "-Dsun.stdout.encoding=UTF-8",
          "-Dio.netty.leakDetection.level=advanced");

  private AgentProgram() {}

  /** Starts it with its standard output and standard error in two files, or in one. */
  static Process start(Path out, Path err, List<String> arguments) throws IOException {
    return start(out, err, List.of(), arguments);
  }

  /**
   * Starts it.
   *
   * @param options for the Java runtime; they count more than the usual ones
   */
  static Process start(Path out, Path err, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(options);
    command.add(HybridTls.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    if (out.equals(err)) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(err.toFile());
    }
    // in the environment, since a command line has a limit
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }

  /** Runs it to its end, with its output under {@code folder}. */
  static CommandResult run(Path folder, List<String> arguments) {
    return FinishedProcess.of(folder, (out, err) -> start(out, err, arguments));
  }
}
