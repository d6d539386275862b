package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Quartz's way to {@link RenewalCoordinator#check}; the job's key names the certificate. */
@DisallowConcurrentExecution
final class RenewalJob implements Job {

  private final RenewalCoordinator coordinator;

  RenewalJob(RenewalCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void execute(JobExecutionContext context) {
    coordinator.check(CertificateId.of(context.getJobDetail().getKey().getName()));
  }
}
