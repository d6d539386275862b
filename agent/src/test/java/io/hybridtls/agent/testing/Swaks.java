package io.hybridtls.agent.testing;

import io.hybridtls.certstore.testing.PeerProgram;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Swiss Army Knife for SMTP: a real mail client for tests guarded by {@code @RequiresPeer}. */
public final class Swaks {

  private Swaks() {}

  /** Sends a message to {@code server}, with its output under {@code folder}. */
  public static CommandResult run(Path folder, InetSocketAddress server, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                PeerProgram.require("swaks").toString(),
                "--server",
                server.getAddress().getHostAddress(),
                "--port",
                String.valueOf(server.getPort())));
    command.addAll(List.of(options));
    return FinishedProcess.of(
        folder,
        (out, err) ->
            new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start());
  }
}
