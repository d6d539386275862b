package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.quartz.DateBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all certificates again and again, by Quartz, and when a failed attempt may be repeated.
 * Nothing is kept here: what is due follows from the store and the journal, so a trigger that is
 * lost with the process loses nothing. When the clock was set, or the machine slept, it looks at
 * once and goes on by the new time: Quartz alone would wait for the hours to come again by which
 * the clock was set back. Its threads are daemons.
 */
public final class RenewalSchedule implements AutoCloseable {

  private static final JobKey PASS = JobKey.jobKey("pass");
  private static final TriggerKey INTERVAL = TriggerKey.triggerKey("interval");
  private static final String GROUP = "certificates";
  private static final Duration CLOCK_DISTANCE = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(RenewalSchedule.class);

  private final RenewalCoordinator coordinator;
  private final InstantSource clock;
  private final IssuerLanes lanes;
  private final ClockWatch watch;
  private final Scheduler scheduler;
  private volatile Duration every = Duration.ofMinutes(1);

  /**
   * @param concurrency how many certificates are issued at once
   * @param clock the one by which certificates are due
   */
  public RenewalSchedule(RenewalCoordinator coordinator, int concurrency, InstantSource clock) {
    this(coordinator, concurrency, clock, CLOCK_DISTANCE);
  }

  RenewalSchedule(
      RenewalCoordinator coordinator, int concurrency, InstantSource clock, Duration distance) {
    this.coordinator = coordinator;
    this.clock = clock;
    this.lanes = new IssuerLanes(concurrency);
    this.watch = new ClockWatch(clock, distance, this::clockJumped);
    try {
      // one thread more than issuances, so that a look never waits for one to end
      scheduler = new StdSchedulerFactory(properties("renewal", concurrency + 1)).getScheduler();
      scheduler.setJobFactory((fired, ignored) -> newJob(fired.getJobDetail()));
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz takes no such properties", e);
    }
  }

  /**
   * Makes the first look now, and one each {@code interval} from then on.
   *
   * @throws IllegalStateException when it has been started or closed before
   */
  public void start(Duration interval) {
    every = interval;
    try {
      JobDetail pass = JobBuilder.newJob(RenewalPass.class).withIdentity(PASS).build();
      scheduler.scheduleJob(pass, trigger(interval));
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be started", e);
    }
    watch.start();
  }

  /** Looks now, and each {@code interval} from then on; called when the configuration changed. */
  public void reschedule(Duration interval) {
    every = interval;
    try {
      scheduler.rescheduleJob(INTERVAL, trigger(interval));
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be changed", e);
    }
  }

  /**
   * Starts no further issuance. Those under way are not waited for: an order may take minutes, and
   * the journal knows where it stood.
   */
  @Override
  public void close() {
    watch.close();
    try {
      scheduler.shutdown(/* waitForJobsToComplete= */ false);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be stopped", e);
    }
  }

  /** When the certificates are looked at next; empty before the start and after the end. */
  public Optional<Instant> nextLook() {
    try {
      return scheduler.getTriggersOfJob(PASS).stream()
          .map(Trigger::getNextFireTime)
          .filter(Objects::nonNull)
          .min(Comparator.naturalOrder())
          .map(Date::toInstant);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be asked", e);
    }
  }

  private Job newJob(JobDetail detail) {
    return PASS.equals(detail.getKey())
        ? new RenewalPass(coordinator, lanes, this::begin)
        : new RenewalJob(coordinator, id -> begin(lanes.ended(id)), this::lookAt);
  }

  /** Looks once more, at {@code instant} or in a day, whichever comes first. */
  private void lookAt(Instant instant) {
    long left = Duration.between(clock.instant(), instant).toSeconds() + 1; // not before it
    int seconds = (int) Math.min(Math.max(left, 1), Duration.ofDays(1).toSeconds());
    try {
      scheduler.scheduleJob(
          TriggerBuilder.newTrigger()
              .forJob(PASS)
              .startAt(DateBuilder.futureDate(seconds, DateBuilder.IntervalUnit.SECOND))
              .build());
    } catch (SchedulerException e) {
      log.warn("no further look at {}: {}", instant, e.getMessage()); // as it should when closed
    }
  }

  private void begin(List<CertificateId> ids) {
    try {
      for (CertificateId id : ids) {
        // stored, so that it may be begun again while its last run is still being taken off
        JobDetail job =
            JobBuilder.newJob(RenewalJob.class)
                .withIdentity(JobKey.jobKey(id.value(), GROUP))
                .storeDurably()
                .build();
        scheduler.addJob(job, /* replace= */ true);
        scheduler.triggerJob(job.getKey());
      }
    } catch (SchedulerException e) {
      log.warn("no further renewal begins: {}", e.getMessage()); // as it should when closed
    }
  }

  private void clockJumped(Duration beyond) {
    log.warn(
        "the clock went {} by {} s: all certificates are looked at now",
        beyond.isNegative() ? "back" : "forward",
        beyond.abs().toSeconds());
    try {
      for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyGroup())) {
        scheduler.rescheduleJob(key, key.equals(INTERVAL) ? trigger(every) : now(key));
      }
    } catch (SchedulerException e) {
      log.warn("the renewal schedule cannot follow the clock: {}", e.getMessage());
    }
  }

  private static Trigger now(TriggerKey key) {
    return TriggerBuilder.newTrigger().withIdentity(key).startNow().build();
  }

  private static SimpleTrigger trigger(Duration interval) {
    return TriggerBuilder.newTrigger()
        .withIdentity(INTERVAL)
        .startNow()
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(interval.toMillis())
                .repeatForever()
                .withMisfireHandlingInstructionNextWithRemainingCount())
        .build();
  }

  /** Of a scheduler that keeps nothing, with daemon threads that are called {@code name}. */
  static Properties properties(String name, int threads) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME,
            name + "-" + UUID.randomUUID(),
            StdSchedulerFactory.PROP_SCHED_MAKE_SCHEDULER_THREAD_DAEMON,
            "true",
            StdSchedulerFactory.PROP_JOB_STORE_CLASS,
            RAMJobStore.class.getName(),
            StdSchedulerFactory.PROP_THREAD_POOL_CLASS,
            SimpleThreadPool.class.getName(),
            "org.quartz.threadPool.threadCount",
            Integer.toString(threads),
            "org.quartz.threadPool.makeThreadsDaemons",
            "true",
            "org.quartz.threadPool.threadNamePrefix",
            name));
    return properties;
  }
}
