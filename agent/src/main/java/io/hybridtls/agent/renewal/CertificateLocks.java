package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One lock for each certificate, so that one attempt at a time is made for it; and the end, after
 * which no attempt begins. Safe for any thread.
 */
final class CertificateLocks {

  private final ConcurrentMap<CertificateId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private volatile boolean closed;

  CertificateLocks(InstantSource clock) {
    this.clock = clock;
  }

  /** Waits for whoever has {@code id}, and then does {@code action}; nobody else has it then. */
  <T> T with(CertificateId id, Supplier<T> action) {
    ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody has {@code id} at this moment. */
  boolean isTaken(CertificateId id) {
    ReentrantLock lock = locks.get(id);
    return lock != null && lock.isLocked();
  }

  /** Whether the end has come; asked by whoever has got a lock, before anything is begun. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Lets nobody begin any more, and waits for those who have.
   *
   * @return whether they have ended within {@code limit}, all together
   */
  boolean close(Duration limit) throws InterruptedException {
    closed = true;
    Instant deadline = clock.instant().plus(limit);
    for (ReentrantLock lock : locks.values()) {
      long left = Math.min(limit.toMillis(), clock.instant().until(deadline, ChronoUnit.MILLIS));
      if (!lock.tryLock(left, TimeUnit.MILLISECONDS)) {
        return false;
      }
      lock.unlock();
    }
    return true;
  }
}
