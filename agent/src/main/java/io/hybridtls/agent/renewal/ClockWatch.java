package io.hybridtls.agent.renewal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices that the clock was set, or that the machine slept: it asks the clock at even distances,
 * as time really passes, and tells of what does not fit. One thread, a daemon.
 */
final class ClockWatch implements AutoCloseable {

  /** A machine that is merely busy is late by less. */
  private static final Duration TOLERANCE = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final Duration distance;
  private final Consumer<Duration> jumped;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(ClockWatch::thread);
  private Instant last;

  /**
   * @param distance from one look at the clock to the next
   * @param jumped told how far the clock went beyond, or fell behind (negative)
   */
  ClockWatch(InstantSource clock, Duration distance, Consumer<Duration> jumped) {
    this.clock = clock;
    this.distance = distance;
    this.jumped = jumped;
    this.last = clock.instant();
  }

  void start() {
    long millis = distance.toMillis();
    Future<?> unused =
        ticks.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    ticks.shutdownNow();
  }

  /** Called when {@code distance} has really passed since the last time. */
  private void look() {
    Instant now = clock.instant();
    Duration beyond = Duration.between(last, now).minus(distance);
    last = now;
    if (beyond.abs().compareTo(TOLERANCE) > 0) {
      jumped.accept(beyond);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "clock-watch");
    thread.setDaemon(true);
    return thread;
  }
}
