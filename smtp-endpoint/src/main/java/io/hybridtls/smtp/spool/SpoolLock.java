package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps a spool to one process, and to one opening within it. The kernel frees it at a crash. */
final class SpoolLock implements AutoCloseable {

  /**
   * The spools open in this process. A POSIX lock belongs to the process and goes when any of its
   * descriptors of the file is closed, so a second opening must not even touch the file.
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private SpoolLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static SpoolLock take(Path file) throws SpoolException {
    if (!OPEN_HERE.add(file)) {
      throw SpoolException.failed("spool " + file.getParent() + " is already open in this process");
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw SpoolException.failed(
            "spool "
                + file.getParent()
                + " is in use by another process: stop it, or configure another directory");
      }
      return new SpoolLock(file, channel);
    } catch (IOException e) {
      giveUp(file, channel);
      throw SpoolException.failed("spool lock " + file + " cannot be taken: " + e, e);
    } catch (SpoolException e) {
      giveUp(file, channel);
      throw e;
    }
  }

  @Override
  public void close() {
    giveUp(file, channel);
  }

  private static void giveUp(Path file, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("spool lock " + file + " cannot be released", e);
    } finally {
      OPEN_HERE.remove(file);
    }
  }
}
