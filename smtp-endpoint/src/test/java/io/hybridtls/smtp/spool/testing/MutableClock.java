package io.hybridtls.smtp.spool.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to advance. Safe for use by many threads. */
public final class MutableClock implements InstantSource {

  private volatile Instant now;

  public MutableClock(Instant now) {
    this.now = now;
  }

  /** Somewhere in 2026, with digits below the millisecond. */
  public static MutableClock standard() {
    return new MutableClock(Instant.parse("2026-11-23T10:15:30.123456789Z"));
  }

  @Override
  public Instant instant() {
    return now;
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }
}
