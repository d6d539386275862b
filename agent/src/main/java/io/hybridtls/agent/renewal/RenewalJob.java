package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.time.Instant;
import java.util.function.Consumer;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Quartz's way to {@link RenewalCoordinator#check}; the job's key names the certificate. */
@DisallowConcurrentExecution
final class RenewalJob implements Job {

  private final RenewalCoordinator coordinator;
  private final Consumer<CertificateId> ended;
  private final Consumer<Instant> again;

  /**
   * @param ended told when the job has done what it can
   * @param again told when it is to be tried again, if it failed
   */
  RenewalJob(
      RenewalCoordinator coordinator, Consumer<CertificateId> ended, Consumer<Instant> again) {
    this.coordinator = coordinator;
    this.ended = ended;
    this.again = again;
  }

  @Override
  public void execute(JobExecutionContext context) {
    CertificateId id = CertificateId.of(context.getJobDetail().getKey().getName());
    try {
      coordinator.check(id).nextAttempt().ifPresent(again);
    } finally {
      ended.accept(id);
    }
  }
}
