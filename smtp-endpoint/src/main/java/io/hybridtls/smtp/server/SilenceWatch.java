package io.hybridtls.smtp.server;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that has been silent for too long. Hearing something only notes the time, and
 * the timer looks when it fires whether it fired too early, so a busy session costs nothing. Used
 * on one event loop.
 */
final class SilenceWatch {

  /** How long it sleeps at the most, and so how late it may notice, unless less is borne. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

  private final EventLoop loop;
  private final long lookAgainNanos;
  private final Supplier<Optional<Duration>> patience;
  private final Runnable onSilence;
  private @Nullable Future<?> timer;
  private long heardAt;

  /**
   * Makes a watch.
   *
   * @param shortest no patience is ever less
   * @param patience how long silence is borne at the moment; empty while nothing is expected
   * @param onSilence called once, and then the watch ends
   */
  SilenceWatch(
      EventLoop loop,
      Duration shortest,
      Supplier<Optional<Duration>> patience,
      Runnable onSilence) {
    this.loop = loop;
    this.lookAgainNanos = Math.min(shortest.toNanos(), LONGEST_SLEEP.toNanos());
    this.patience = patience;
    this.onSilence = onSilence;
  }

  void start() {
    heard();
    arm(lookAgainNanos);
  }

  void heard() {
    heardAt = loop.ticker().nanoTime();
  }

  void stop() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void arm(long nanos) {
    timer = loop.schedule(this::look, Math.min(nanos, lookAgainNanos), TimeUnit.NANOSECONDS);
  }

  private void look() {
    Optional<Duration> limit = patience.get();
    if (limit.isEmpty()) {
      heard();
      arm(lookAgainNanos);
      return;
    }
    long left = limit.get().toNanos() - (loop.ticker().nanoTime() - heardAt);
    if (left <= 0) {
      onSilence.run();
    } else {
      arm(left);
    }
  }
}
