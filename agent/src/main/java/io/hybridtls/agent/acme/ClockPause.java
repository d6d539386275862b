package io.hybridtls.agent.acme;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Waits on a condition that nobody signals, looking at the clock again each time it wakes. */
final class ClockPause implements Pause {

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition never = lock.newCondition();

  ClockPause(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void until(Instant instant) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Duration left = Duration.between(clock.instant(), instant);
      while (left.compareTo(Duration.ZERO) > 0) {
        long unused = never.awaitNanos(left.toNanos());
        left = Duration.between(clock.instant(), instant);
      }
    } finally {
      lock.unlock();
    }
  }
}
