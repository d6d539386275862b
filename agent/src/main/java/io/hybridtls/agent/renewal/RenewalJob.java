package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.util.function.Consumer;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Quartz's way to {@link RenewalCoordinator#check}; the job's key names the certificate. */
@DisallowConcurrentExecution
final class RenewalJob implements Job {

  private final RenewalCoordinator coordinator;
  private final Consumer<CertificateId> ended;

  /**
   * @param ended told when the job has done what it can
   */
  RenewalJob(RenewalCoordinator coordinator, Consumer<CertificateId> ended) {
    this.coordinator = coordinator;
    this.ended = ended;
  }

  @Override
  public void execute(JobExecutionContext context) {
    CertificateId id = CertificateId.of(context.getJobDetail().getKey().getName());
    try {
      coordinator.check(id);
    } finally {
      ended.accept(id);
    }
  }
}
