package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.SpoolException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the spool is asked for messages: on arrival, when the next one is due, and when deliveries
 * have made room. Bounds how many are in flight, and how much memory they take.
 */
final class LeaseLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseLoop.class);

  private static final int BATCH = 64;
  private static final long MAX_OCTETS_IN_MEMORY = 64L << 20;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /** Whatever becomes due without our knowledge waits no longer than this. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  private static final Duration SHORTEST_SLEEP = Duration.ofMillis(50);

  private final MessageSpool spool;
  private final DeliverySettings settings;
  private final InstantSource clock;
  private final Consumer<LeasedMessage> deliveries;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, LeaseLoop::newThread, new DiscardPolicy());
  private final AtomicBoolean passRequested = new AtomicBoolean();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean closing;

  // The rest belongs to the thread.
  private int inFlight;
  private long octetsInMemory;
  private boolean backlog;
  private @Nullable ScheduledFuture<?> resumption;
  private @Nullable ScheduledFuture<?> timer;
  private Instant timerAt = Instant.MAX;

  LeaseLoop(
      MessageSpool spool,
      DeliverySettings settings,
      InstantSource clock,
      Consumer<LeasedMessage> deliveries) {
    this.spool = spool;
    this.settings = settings;
    this.clock = clock;
    this.deliveries = deliveries;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  void start() {
    spool.onArrival(this::wake);
    wake();
  }

  /** Looks into the spool soon; from any thread. */
  void wake() {
    if (!closing && passRequested.compareAndSet(false, true)) {
      thread.execute(this::pass);
    }
  }

  /** The loop's thread, to continue on; tasks are dropped once the loop is closed. */
  Executor thread() {
    return thread;
  }

  /** Counts a leased message in. */
  void begin(MessageDelivery delivery) {
    inFlight++;
    octetsInMemory += delivery.octetsInMemory();
  }

  /** Has the spool record a complete delivery, and counts it out. */
  void settle(MessageDelivery delivery) {
    try {
      spool
          .settle(delivery.message(), delivery.settlements())
          .whenCompleteAsync((done, failure) -> end(delivery, failure), thread);
    } catch (RuntimeException e) {
      end(delivery, e);
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.execute(this::noticeDrained);
    try {
      drained.get(settings.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "stopping with deliveries under way after {}; the spool keeps their messages",
          settings.drainTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a drain does not fail", e);
    } finally {
      thread.shutdown();
    }
  }

  private void pass() {
    passRequested.set(false);
    if (closing || resumption != null) {
      return;
    }
    try {
      backlog = leaseWhileRoom();
      if (!backlog) {
        Instant latest = clock.instant().plus(LONGEST_SLEEP);
        wakeAt(spool.nextDue().filter(due -> due.isBefore(latest)).orElse(latest));
      }
    } catch (SpoolException e) {
      LOG.error("{}; asking again in {}", e.getMessage(), PAUSE_AFTER_FAILURE);
      pause();
    } catch (RuntimeException e) {
      LOG.error("messages could not be leased; trying again in {}", PAUSE_AFTER_FAILURE, e);
      pause();
    }
  }

  /** Whether there may be more than was leased. */
  private boolean leaseWhileRoom() throws SpoolException {
    while (inFlight < settings.maxInFlight() && octetsInMemory < MAX_OCTETS_IN_MEMORY) {
      int wanted = Math.min(BATCH, settings.maxInFlight() - inFlight);
      List<LeasedMessage> leased = spool.lease(clock.instant(), wanted);
      leased.forEach(deliveries);
      if (leased.size() < wanted) {
        return false;
      }
    }
    return true;
  }

  private void end(MessageDelivery delivery, @Nullable Throwable failure) {
    inFlight--;
    octetsInMemory -= delivery.octetsInMemory();
    delivery.nextAttempt().ifPresent(this::wakeAt);
    if (failure != null) {
      LOG.error(
          "{}: the delivery is not recorded yet: {}",
          delivery.message().id(),
          failure.getMessage());
      pause();
    }
    noticeDrained();
    if (backlog && hasRoomForBatch()) {
      pass();
    }
  }

  private boolean hasRoomForBatch() {
    int room = Math.min(BATCH, (settings.maxInFlight() + 1) / 2);
    return inFlight <= settings.maxInFlight() - room && octetsInMemory <= MAX_OCTETS_IN_MEMORY / 2;
  }

  private void noticeDrained() {
    if (closing && inFlight == 0) {
      drained.complete(null);
    }
  }

  private void pause() {
    if (resumption == null) {
      resumption =
          thread.schedule(this::resume, PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void resume() {
    resumption = null;
    pass();
  }

  private void wakeAt(Instant due) {
    if (timer != null && !timer.isDone() && !due.isBefore(timerAt)) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    Duration delay = Duration.between(clock.instant(), due);
    timerAt = due;
    timer =
        thread.schedule(
            this::wake,
            Math.max(delay.toMillis(), SHORTEST_SLEEP.toMillis()),
            TimeUnit.MILLISECONDS);
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "delivery-planner");
    thread.setDaemon(true);
    return thread;
  }
}
