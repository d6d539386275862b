package io.hybridtls.certstore.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Programs that tests speak with: found on the PATH, and where servers are kept that are not on it.
 */
public final class PeerProgram {

  private static final long END_SECONDS = 10;

  private PeerProgram() {}

  /** The executable called {@code name}; empty when it is not installed. */
  public static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(File.pathSeparator, -1)).filter(folder -> !folder.isEmpty()),
            Stream.of("/usr/sbin", "/sbin"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The executable called {@code name}; for tests that are guarded by {@link RequiresPeer}. */
  public static Path require(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException(name + " is not on the PATH; install it"));
  }

  /** Ends a peer that a test has started: asked to at first, and by force if it does not. */
  public static void end(Process peer) {
    peer.destroy();
    try {
      if (!peer.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        peer.destroyForcibly();
      }
    } catch (InterruptedException e) {
      peer.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
