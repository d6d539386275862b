package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.testing.PeerProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which core each side runs on: the servers on the first, the client on the second. */
final class Cores {

  private static final String SERVER = "0";
  private static final String CLIENT = "1";

  private final Optional<Path> taskset;

  private Cores(Optional<Path> taskset) {
    this.taskset = taskset;
  }

  /** Moves this process, the client, to its core; does nothing on a machine that cannot. */
  static Cores divide() throws IOException, InterruptedException {
    boolean enough = Runtime.getRuntime().availableProcessors() > 1;
    Cores cores = new Cores(PeerProgram.find("taskset").filter(found -> enough));
    if (cores.taskset.isPresent()) {
      String self = Long.toString(ProcessHandle.current().pid());
      Programs.run(List.of(cores.taskset.get().toString(), "-a", "-p", "-c", CLIENT, self));
    }
    return cores;
  }

  /** The command that runs {@code command} on the server's core. */
  List<String> forServer(List<String> command) {
    List<String> pinned = new ArrayList<>();
    taskset.ifPresent(program -> pinned.addAll(List.of(program.toString(), "-c", SERVER)));
    pinned.addAll(command);
    return pinned;
  }

  String describe() {
    return taskset.isPresent()
        ? "server on core " + SERVER + ", client on core " + CLIENT
        : "not pinned to cores (taskset or a second core is missing): ratios mean little";
  }
}
