package io.hybridtls.smtp.spool;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Each commit takes everything that arrived while the one before it was
 * being synced, so that under load many requests share the cost of one sync.
 *
 * <p>When such a group cannot be written, each request is tried alone: a bad one does not fail its
 * neighbours. A settlement that cannot be written is kept and tried again, since what it records
 * has happened; its message stays leased until then.
 */
final class SpoolWriter {

  private static final Logger log = LoggerFactory.getLogger(SpoolWriter.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SpoolTables tables;
  private final DiskSpace disk;
  private final Runnable arrivals;
  private final RequestQueue queue = new RequestQueue();
  private final Thread thread;
  private List<WriteRequest> kept = new ArrayList<>();
  private long lastRetry = System.nanoTime();
  private volatile int unwritten;

  /**
   * @param arrivals run after each commit that made something due at once
   */
  SpoolWriter(SpoolTables tables, DiskSpace disk, Runnable arrivals) {
    this.tables = tables;
    this.disk = disk;
    this.arrivals = arrivals;
    this.thread = new Thread(this::run, "spool-writer");
  }

  void start() {
    thread.start();
  }

  /** Hands over a request, which then either is committed or fails. */
  void submit(WriteRequest request) {
    if (!queue.offer(request)) {
      request.failed(SpoolException.failed("the spool is closed"));
    }
  }

  /** Settlements that happened and could not be written yet. */
  int unwritten() {
    return unwritten;
  }

  /** Writes what was submitted, and ends. */
  void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!queue.isFinished()) {
      write(queue.take(kept.isEmpty() ? Long.MAX_VALUE : RETRY_NANOS));
      if (!kept.isEmpty() && System.nanoTime() - lastRetry >= RETRY_NANOS) {
        writeKept();
      }
      unwritten = kept.size();
    }
    writeKept();
    if (!kept.isEmpty()) {
      log.warn(
          "{} settlements could not be written: their messages are tried again at the next start",
          kept.size());
    }
  }

  private void writeKept() {
    List<WriteRequest> again = kept;
    kept = new ArrayList<>();
    write(again);
    lastRetry = System.nanoTime();
  }

  private void write(List<WriteRequest> requests) {
    List<WriteRequest> batch = refuseNewMailWhenLow(requests);
    if (batch.isEmpty()) {
      return;
    }
    try {
      inOneTransaction(batch);
    } catch (SQLException | RuntimeException | OutOfMemoryError e) {
      tables.rollback();
      writeAlone(batch, e);
      return;
    }
    boolean due = false;
    for (WriteRequest request : batch) {
      due |= request.committed();
    }
    if (due) {
      arrivals.run();
    }
  }

  /** Writes each request by itself, unless that cannot help. */
  private void writeAlone(List<WriteRequest> batch, Throwable failure) {
    if (batch.size() == 1 || StorageFailure.isBusy(failure)) {
      batch.forEach(request -> fail(request, failure));
    } else {
      batch.forEach(request -> write(List.of(request)));
    }
  }

  private List<WriteRequest> refuseNewMailWhenLow(List<WriteRequest> requests) {
    if (!disk.isLow()) {
      return requests;
    }
    List<WriteRequest> rest = new ArrayList<>();
    for (WriteRequest request : requests) {
      if (request.isNewMail()) {
        request.failed(disk.low());
      } else {
        rest.add(request);
      }
    }
    return rest;
  }

  private void inOneTransaction(List<WriteRequest> batch) throws SQLException {
    tables.begin();
    for (WriteRequest request : batch) {
      request.apply(tables);
    }
    tables.commit();
  }

  private void fail(WriteRequest request, Throwable cause) {
    SpoolException reason =
        disk.explain(StorageFailure.of("spool " + disk.directory() + " cannot be written", cause));
    if (request.failed(reason)) {
      kept.add(request);
    }
  }
}
