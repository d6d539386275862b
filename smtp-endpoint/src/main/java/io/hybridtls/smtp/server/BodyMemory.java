package io.hybridtls.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bound on octets of message bodies that all sessions hold in memory at once. A session that
 * gets no share writes its body to disk instead of waiting for one, so sessions cannot block each
 * other.
 */
final class BodyMemory {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  BodyMemory(long limit) {
    this.limit = limit;
  }

  boolean tryReserve(long octets) {
    if (used.addAndGet(octets) <= limit) {
      return true;
    }
    used.addAndGet(-octets);
    return false;
  }

  void release(long octets) {
    used.addAndGet(-octets);
  }

  long used() {
    return used.get();
  }
}
