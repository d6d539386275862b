package io.hybridtls.agent.renewal;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;

/**
 * Looks at all certificates again and again, by Quartz. Nothing is kept here: what is due follows
 * from the store and the journal, so a trigger that is lost with the process loses nothing. Its
 * threads are daemons.
 */
public final class RenewalSchedule implements AutoCloseable {

  private static final JobKey PASS = JobKey.jobKey("pass");
  private static final TriggerKey INTERVAL = TriggerKey.triggerKey("interval");

  private final RenewalCoordinator coordinator;
  private final Scheduler scheduler;

  /**
   * @param concurrency how many certificates are issued at once
   */
  public RenewalSchedule(RenewalCoordinator coordinator, int concurrency) {
    this.coordinator = coordinator;
    try {
      scheduler = new StdSchedulerFactory(properties("renewal", concurrency)).getScheduler();
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
    try {
      JobDetail pass = JobBuilder.newJob(RenewalPass.class).withIdentity(PASS).build();
      scheduler.scheduleJob(pass, trigger(interval));
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be started", e);
    }
  }

  /** Looks now, and each {@code interval} from then on; called when the configuration changed. */
  public void reschedule(Duration interval) {
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
    try {
      scheduler.shutdown(/* waitForJobsToComplete= */ false);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the renewal schedule cannot be stopped", e);
    }
  }

  private Job newJob(JobDetail detail) {
    return PASS.equals(detail.getKey())
        ? new RenewalPass(coordinator)
        : new RenewalJob(coordinator);
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

  /**
   * Of a scheduler that keeps nothing, with daemon threads that are called {@code name}. A look
   * takes one of them for a moment; it may wait for an issuance to end.
   */
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
