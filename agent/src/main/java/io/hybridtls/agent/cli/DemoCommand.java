package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.AgentConfig.Log;
import io.hybridtls.agent.config.AgentConfig.LogFormat;
import io.hybridtls.agent.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hybridtls demo}. */
@Command(
    name = "demo",
    header = "Show the whole job on this machine, with no network and no root.",
    description = {
      "%nA private CA, the endpoint, a cloud peer that demands a client certificate, a",
      "message relayed over mutual TLS, a forced renewal, and the next session on the",
      "new certificate while an old one goes on. Each step is shown with what proves",
      "it; the exit code is the verdict. It takes a few seconds and leaves nothing."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--keep", description = "keep the demo's folder, to look at what it made")
  private boolean keep;

  @Option(names = "--verbose", description = "show the agent's log between the steps")
  private boolean verbose;

  private int steps;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (verbose) {
      LogSetup.apply(new Log(LogFormat.TEXT, Level.INFO));
    }
    Path directory = Files.createTempDirectory("hybridtls-demo");
    try {
      new Demo(directory, System.getenv(), this::show).run();
      conclude(directory);
      return ExitCode.DONE;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, e.getMessage() + "; hybridtls demo --verbose --keep shows more");
    } finally {
      if (!keep) {
        delete(directory);
      }
    }
  }

  private void show(String what, String proof) {
    steps++;
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s %d. %s%n", colored("@|green ok|@"), steps, what);
    out.printf("      %s%n", proof);
    out.flush();
  }

  private void conclude(Path directory) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(colored("@|bold,green Every step was shown.|@"));
    if (keep) {
      out.println("What was made is in " + directory + "; demo.conf there is its configuration.");
    }
    out.flush();
  }

  private String colored(String markup) {
    return spec.commandLine().getColorScheme().ansi().string(markup);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(DemoCommand::deleteOne);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
