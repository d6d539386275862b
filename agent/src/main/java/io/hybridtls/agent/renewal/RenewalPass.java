package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;

/** One look at all certificates: a {@link RenewalJob} for each that is due and has none yet. */
@DisallowConcurrentExecution
final class RenewalPass implements Job {

  private static final String GROUP = "certificates";

  private final RenewalCoordinator coordinator;

  RenewalPass(RenewalCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void execute(JobExecutionContext context) throws JobExecutionException {
    coordinator.remind();
    try {
      for (CertificateId id : coordinator.due()) {
        schedule(context.getScheduler(), JobKey.jobKey(id.value(), GROUP));
      }
    } catch (SchedulerException e) {
      throw new JobExecutionException(e);
    }
  }

  /** A job without a trigger left disappears, so one that exists is waiting or running. */
  private static void schedule(Scheduler scheduler, JobKey key) throws SchedulerException {
    if (!scheduler.checkExists(key)) {
      JobDetail job = JobBuilder.newJob(RenewalJob.class).withIdentity(key).build();
      scheduler.scheduleJob(job, TriggerBuilder.newTrigger().startNow().build());
    }
  }
}
