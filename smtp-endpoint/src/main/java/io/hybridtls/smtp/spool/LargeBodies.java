package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of the bodies that are too large for the database. */
final class LargeBodies {

  private static final Logger log = LoggerFactory.getLogger(LargeBodies.class);

  private final Path folder;
  private final DiskSpace disk;
  private final Supplier<QueueId> ids;

  /**
   * @param ids never gives the same one twice, so that a name is never taken again
   */
  LargeBodies(Path folder, DiskSpace disk, Supplier<QueueId> ids) {
    this.folder = folder;
    this.disk = disk;
    this.ids = ids;
  }

  LargeBodyWriter create() throws SpoolException {
    if (disk.isLow()) {
      throw disk.low();
    }
    Path file = file(ids.get().toString());
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              SpoolDirectory.PRIVATE_FILE);
      return new LargeBodyFile(file, channel, this);
    } catch (IOException e) {
      throw StorageFailure.of("large body " + file + " cannot be made", e);
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Makes the names in the folder durable. */
  void sync() throws IOException {
    SpoolDirectory.sync(folder);
  }

  /** Removes the file of a body that nothing refers to any more; one that stays is an orphan. */
  void remove(MessageBody body) {
    if (body instanceof MessageBody.Large large) {
      remove(large.file());
    }
  }

  void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("large body {} is not needed and cannot be removed: {}", file, e.toString());
    }
  }

  /** Removes the files that a crash left without a message. */
  void removeOrphans(Set<String> owned) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!owned.contains(String.valueOf(file.getFileName()))) {
          log.info("removing large body {}: no message has it", file);
          remove(file);
        }
      }
    }
  }
}
