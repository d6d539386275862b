package io.hybridtls.smtp.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timeout that is moved with every reply and seldom fires: moving it on costs no timer, since the
 * timer looks whether it fired too early. Used on its event loop only.
 */
final class Deadline {

  private final EventLoop loop;
  private final Runnable expired;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt;
  private long dueAt;

  Deadline(EventLoop loop, Runnable expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /** Runs {@code expired} after {@code timeout}, unless this is called again or cancelled. */
  void set(Duration timeout) {
    dueAt = loop.ticker().nanoTime() + timeout.toNanos();
    if (timer != null && dueAt - timerAt < 0) {
      cancel();
    }
    if (timer == null) {
      schedule();
    }
  }

  void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void schedule() {
    timerAt = dueAt;
    long delay = Math.max(0, dueAt - loop.ticker().nanoTime());
    timer = loop.schedule(this::onTimer, delay, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    if (dueAt - timerAt > 0) {
      schedule();
    } else {
      expired.run();
    }
  }
}
