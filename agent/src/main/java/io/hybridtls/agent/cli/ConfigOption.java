package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.config.ConfigLoader;
import io.hybridtls.agent.config.LoadedConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The configuration file, for every command that needs one. */
final class ConfigOption {

  static final String DEFAULT_FILE = "/etc/hybridtls/hybridtls.conf";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "${HYBRIDTLS_CONFIG:-" + DEFAULT_FILE + "}",
      description = {
        "the configuration; without it, what HYBRIDTLS_CONFIG",
        "names, or " + DEFAULT_FILE
      })
  private Path file = Path.of(DEFAULT_FILE);

  Path file() {
    return file;
  }

  /** Reads the file without judging it. */
  LoadedConfig read() {
    return new ConfigLoader(System.getenv()).load(file);
  }

  /** Reads the file; problems go to standard error, and an error among them ends the command. */
  AgentConfig load() {
    LoadedConfig loaded = read();
    print(loaded);
    return loaded
        .config()
        .orElseThrow(
            () -> failure("the configuration cannot be used; nothing was started or changed"));
  }

  /** What ends a command that cannot do without the file, or {@code otherwise}. */
  CommandFailure unusable(String otherwise) {
    print(read());
    return failure("the configuration cannot be used; correct it, or " + otherwise);
  }

  private void print(LoadedConfig loaded) {
    PrintWriter err = command.commandLine().getErr();
    loaded.problems().forEach(err::println);
    err.flush();
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(ExitCode.CONFIGURATION_INVALID, message);
  }
}
