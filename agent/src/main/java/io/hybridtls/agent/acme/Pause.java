package io.hybridtls.agent.acme;

import java.time.Instant;
import java.time.InstantSource;

/** Waiting, so that tests need not. */
@FunctionalInterface
public interface Pause {

  /** Blocks the calling thread until {@code instant}; returns at once when that has passed. */
  void until(Instant instant) throws InterruptedException;

  /** Waits by {@code clock}, in real time. */
  static Pause by(InstantSource clock) {
    return new ClockPause(clock);
  }
}
