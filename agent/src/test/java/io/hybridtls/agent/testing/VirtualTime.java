package io.hybridtls.agent.testing;

import io.hybridtls.agent.acme.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that stands still until a test, or whoever pauses, moves it. */
public final class VirtualTime implements InstantSource, Pause {

  private final List<Instant> pauses = new CopyOnWriteArrayList<>();
  private volatile Instant now;

  public VirtualTime(Instant start) {
    now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves the clock to {@code instant} at once. */
  @Override
  public void until(Instant instant) {
    pauses.add(instant);
    now = instant;
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }

  public void set(Instant instant) {
    now = instant;
  }

  /** The instants that were paused until, in order. */
  public List<Instant> pauses() {
    return pauses;
  }
}
