package io.hybridtls.agent.renewal;

import java.time.Duration;
import java.util.Properties;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/**
 * Looks again and again whether a CA is to be asked when it suggests renewals (RFC 9773), in a
 * thread of its own: a CA that does not answer delays no issuance. When each one is asked is the
 * issuers' affair.
 */
public final class SuggestionSchedule implements AutoCloseable {

  /** How late a CA may be asked; the shortest time between two questions is an hour. */
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final Duration interval;
  private final SuggestionPoll poll;
  private final Scheduler scheduler;

  public SuggestionSchedule(RenewalCoordinator coordinator) {
    this(coordinator, INTERVAL);
  }

  SuggestionSchedule(RenewalCoordinator coordinator, Duration interval) {
    this.interval = interval;
    this.poll = new SuggestionPoll(coordinator);
    Properties properties = RenewalSchedule.properties("suggestions", 1);
    try {
      scheduler = new StdSchedulerFactory(properties).getScheduler();
      scheduler.setJobFactory((fired, ignored) -> poll);
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz takes no such properties", e);
    }
  }

  /**
   * Makes the first look now.
   *
   * @throws IllegalStateException when it has been started or closed before
   */
  public void start() {
    JobDetail job = JobBuilder.newJob(SuggestionPoll.class).withIdentity("poll").build();
    try {
      scheduler.scheduleJob(
          job,
          TriggerBuilder.newTrigger()
              .startNow()
              .withSchedule(
                  SimpleScheduleBuilder.simpleSchedule()
                      .withIntervalInMilliseconds(interval.toMillis())
                      .repeatForever()
                      .withMisfireHandlingInstructionNextWithRemainingCount())
              .build());
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the CAs' suggestions cannot be asked for", e);
    }
  }

  /** Breaks off what is under way, and waits until it has ended. */
  @Override
  public void close() {
    try {
      poll.stop();
      scheduler.shutdown(/* waitForJobsToComplete= */ true);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the poll for suggestions cannot be stopped", e);
    }
  }
}
