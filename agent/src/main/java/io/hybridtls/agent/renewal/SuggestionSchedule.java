package io.hybridtls.agent.renewal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again whether a CA is to be asked when it suggests renewals (RFC 9773), in a
 * thread of its own: a CA that does not answer delays no issuance. When each one is asked is the
 * issuers' affair. It counts the time that really passes, so that a clock which is set back stops
 * nothing.
 */
public final class SuggestionSchedule implements AutoCloseable {

  /** How late a CA may be asked; the shortest time between two questions is an hour. */
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** For a question that has been interrupted; the thread is a daemon. */
  private static final Duration LAST_QUESTION = Duration.ofSeconds(30);

  private final RenewalCoordinator coordinator;
  private final Duration interval;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(SuggestionSchedule::thread);

  public SuggestionSchedule(RenewalCoordinator coordinator) {
    this(coordinator, INTERVAL);
  }

  SuggestionSchedule(RenewalCoordinator coordinator, Duration interval) {
    this.coordinator = coordinator;
    this.interval = interval;
  }

  /** Makes the first look now; called once. */
  public void start() {
    Future<?> unused =
        poll.scheduleWithFixedDelay(
            coordinator::refreshSuggestions, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Breaks off what is under way, and waits until it has ended. */
  @Override
  public void close() {
    poll.shutdownNow();
    try {
      boolean unused = poll.awaitTermination(LAST_QUESTION.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "suggestions");
    thread.setDaemon(true);
    return thread;
  }
}
