package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.util.List;
import java.util.function.Consumer;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** One look at all certificates: what is due begins, as far as its lane has room. */
@DisallowConcurrentExecution
final class RenewalPass implements Job {

  private final RenewalCoordinator coordinator;
  private final IssuerLanes lanes;
  private final Consumer<List<CertificateId>> begin;

  RenewalPass(
      RenewalCoordinator coordinator, IssuerLanes lanes, Consumer<List<CertificateId>> begin) {
    this.coordinator = coordinator;
    this.lanes = lanes;
    this.begin = begin;
  }

  @Override
  public void execute(JobExecutionContext context) {
    coordinator.remind();
    Agenda agenda = coordinator.agenda();
    begin.accept(lanes.offer(agenda.dueByIssuer(), agenda::concurrency, agenda.issuerCount()));
  }
}
