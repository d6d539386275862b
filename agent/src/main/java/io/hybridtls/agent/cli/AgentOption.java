package io.hybridtls.agent.cli;

import io.hybridtls.agent.admin.AdminClient;
import io.hybridtls.agent.config.AgentConfig.Admin;
import io.hybridtls.agent.config.ConfigLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The running agent, for every command that asks it. */
final class AgentOption {

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "the agent's admin socket, in place of the one that the configuration names")
  private @Nullable Path socket;

  /**
   * Errors elsewhere in the configuration do not matter here: the agent may run all the same.
   *
   * @throws CommandFailure when the file does not even say where the socket is
   */
  AdminClient connect() {
    if (socket != null) {
      return new AdminClient(socket);
    }
    Path configured =
        new ConfigLoader(System.getenv())
            .loadAdmin(config.file())
            .map(Admin::socket)
            .orElseThrow(() -> config.unusable("name the agent's socket with --socket"));
    return new AdminClient(configured);
  }
}
