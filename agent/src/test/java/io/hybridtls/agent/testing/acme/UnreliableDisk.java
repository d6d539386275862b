package io.hybridtls.agent.testing.acme;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A directory as one process sees it: each change of it is an effect of the process, and it may
 * have no space left. What has been changed is there for the next process.
 */
public final class UnreliableDisk {

  /** What differs from run to run in the names of files. */
  private static final Pattern RANDOM = Pattern.compile("[0-9]{9,}(?=\\.tmp)|[0-9a-f]{16,}");

  private final Path directory;
  private final Fate fate;
  private volatile boolean full;

  private UnreliableDisk(Path directory, Fate fate) {
    this.directory = directory;
    this.fate = fate;
  }

  public static UnreliableDisk of(Path directory, Fate fate) {
    return new UnreliableDisk(directory, fate);
  }

  /** The directory, for the process. */
  public Path root() {
    return new DiskFileSystem(directory.getFileSystem(), this).wrap(directory);
  }

  /** From now on nothing more can be written, until it is {@link #free}d. */
  public void fill() {
    full = true;
  }

  public void free() {
    full = false;
  }

  void before(String change, Path path) {
    fate.before(
        change + " " + RANDOM.matcher(directory.relativize(path).toString()).replaceAll("*"));
  }

  void requireSpace(Path path) throws IOException {
    if (full) {
      throw new FileSystemException(path.toString(), null, "No space left on device");
    }
  }
}
