package io.hybridtls.certstore.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a state directory; one process has it at a time. The kernel gives it back when
 * the process ends, however it ends.
 */
public final class StoreLock implements AutoCloseable {

  private static final String FILE = "store.lock";

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of {@code directory}, which is made (0700) if it is missing. Does not wait.
   *
   * @throws StoreException when another process has it; the message tells which
   */
  public static StoreLock acquire(Path directory) throws StoreException {
    Path file = directory.resolve(FILE);
    try {
      OwnerOnly.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.attribute(OwnerOnly.FILE));
      if (!lock(channel)) {
        channel.close();
        throw held(directory, file);
      }
      writeHolder(channel);
      return new StoreLock(channel);
    } catch (IOException e) {
      throw StoreProblems.unwritable(file, e);
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() throws StoreException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("cannot give back " + FILE + ": " + e.getMessage(), e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held elsewhere in this process
    }
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    String holder = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
  }

  private static StoreException held(Path directory, Path file) throws IOException {
    return new StoreException(
        directory
            + " is in use by another agent (process "
            + Files.readString(file).strip()
            + "); stop it first, or point state-directory elsewhere");
  }
}
