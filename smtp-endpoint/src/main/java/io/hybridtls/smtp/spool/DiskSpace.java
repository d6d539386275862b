package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Watches the file system of the spool. Deliveries are recorded by writing, so that mail is refused
 * while there is still room to record them.
 */
final class DiskSpace {

  private static final int PROBE_BYTES = 64 << 10;

  private final Path directory;
  private final FileStore store;
  private final long minimumFree;

  DiskSpace(Path directory, long minimumFree) throws IOException {
    this.directory = directory;
    this.store = Files.getFileStore(directory);
    this.minimumFree = minimumFree;
  }

  /** Whether less than the minimum is free; a file system that does not say is not low. */
  boolean isLow() {
    try {
      return store.getUsableSpace() < minimumFree;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Why a failed write may have failed: SQLite names a full disk but not a full quota, and the
   * system tells that to whoever writes next.
   *
   * @return {@code failure}, or a full disk or quota when writing finds one
   */
  SpoolException explain(SpoolException failure) {
    if (failure.isFull()) {
      return failure;
    }
    Path probe = directory.resolve("spool.probe");
    try (FileChannel channel =
        FileChannel.open(
            probe,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE),
            SpoolDirectory.PRIVATE_FILE)) {
      channel.write(ByteBuffer.allocate(PROBE_BYTES));
      channel.force(true);
      return failure;
    } catch (IOException e) {
      SpoolException found = StorageFailure.of("spool " + directory + " cannot be written", e);
      return found.isFull() ? found : failure;
    }
  }

  Path directory() {
    return directory;
  }

  SpoolException low() {
    return SpoolException.full(
        "less than " + minimumFree + " octets are free in " + directory + ": nothing is accepted");
  }
}
