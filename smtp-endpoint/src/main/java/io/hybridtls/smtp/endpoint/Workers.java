package io.hybridtls.smtp.endpoint;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads for what blocks, apart by what it waits for, so that a slow name server delays no
 * message and a slow disk no handshake. Each kind has a bound: what clients do must not make
 * threads without end.
 *
 * @param disk reads and writes large bodies
 * @param checks verifies peers' chains, and may fetch revocation lists for it
 * @param names resolves hosts
 */
record Workers(ExecutorService disk, ExecutorService checks, ExecutorService names)
    implements AutoCloseable {

  private static final int MAX_THREADS = 32;
  private static final Duration KEPT_UNUSED = Duration.ofSeconds(30);
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(5);

  static Workers start() {
    return new Workers(pool("disk"), pool("checks"), pool("names"));
  }

  /** Takes nothing more. Waits for the disk, since files are being removed; not for the network. */
  @Override
  public void close() {
    List.of(disk, checks, names).forEach(ExecutorService::shutdown);
    try {
      if (!disk.awaitTermination(SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        disk.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExecutorService pool(String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            KEPT_UNUSED.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(name, true));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
