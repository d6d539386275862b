package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that is open while a spool is: the lock, the database, the folder of large bodies. */
final class OpenedSpool implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpenedSpool.class);

  /** Each opening numbers from its own multiple of 2^40, so that no number comes twice. */
  private static final int OPENING_SHIFT = 40;

  private final SpoolDirectory directory;
  private final Deque<AutoCloseable> toClose;
  private final DiskSpace disk;
  private final Supplier<QueueId> ids;
  private final LargeBodies largeBodies;
  private final SpoolTables tables;
  private final SpoolReader reader;

  private OpenedSpool(
      SpoolDirectory directory, SpoolSettings settings, Deque<AutoCloseable> toClose)
      throws SpoolException, SQLException, IOException {
    this.directory = directory;
    this.toClose = toClose;
    toClose.push(SpoolLock.take(directory.lock()));
    Connection writer =
        SpoolDatabase.openWriter(directory.database(), settings.maximumDatabaseBytes());
    toClose.push(writer);
    toClose.push(() -> SpoolDatabase.checkpoint(writer));
    Connection reading = SpoolDatabase.openReader(directory.database());
    toClose.push(reading);
    AtomicLong next = new AtomicLong(SpoolDatabase.countOpening(writer) << OPENING_SHIFT);
    ids = () -> new QueueId(next.getAndIncrement());
    disk = new DiskSpace(directory.root(), settings.minimumFreeBytes());
    largeBodies = new LargeBodies(directory.largeBodies(), disk, ids);
    tables = new SpoolTables(writer);
    reader = new SpoolReader(reading, largeBodies);
    largeBodies.removeOrphans(reader.largeFiles());
  }

  static OpenedSpool open(SpoolSettings settings) throws SpoolException {
    SpoolDirectory directory = SpoolDirectory.prepare(settings.directory());
    Deque<AutoCloseable> toClose = new ArrayDeque<>();
    try {
      return new OpenedSpool(directory, settings, toClose);
    } catch (SpoolException | RuntimeException e) {
      close(toClose, directory);
      throw e;
    } catch (SQLException | IOException e) {
      close(toClose, directory);
      throw StorageFailure.of("spool " + directory.root() + " cannot be opened", e);
    }
  }

  Path directory() {
    return directory.root();
  }

  DiskSpace disk() {
    return disk;
  }

  /** Gives out numbers, never the same one twice in the life of the spool. */
  Supplier<QueueId> ids() {
    return ids;
  }

  LargeBodies largeBodies() {
    return largeBodies;
  }

  /** For the writer's thread. */
  SpoolTables tables() {
    return tables;
  }

  /** For one reading thread at a time. */
  SpoolReader reader() {
    return reader;
  }

  /** Checkpoints and closes, the last opened first; what fails does not keep the rest open. */
  @Override
  public void close() {
    close(toClose, directory);
  }

  private static void close(Deque<AutoCloseable> toClose, SpoolDirectory directory) {
    while (!toClose.isEmpty()) {
      closeQuietly(toClose.pop(), directory);
    }
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // what is closed here never waits
  private static void closeQuietly(AutoCloseable part, SpoolDirectory directory) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("spool {} was not closed in order: {}", directory.root(), e.toString());
    }
  }
}
