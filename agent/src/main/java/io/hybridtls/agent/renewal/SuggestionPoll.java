package io.hybridtls.agent.renewal;

import org.jspecify.annotations.Nullable;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.InterruptableJob;
import org.quartz.JobExecutionContext;

/** Quartz's way to {@link RenewalCoordinator#refreshSuggestions}. */
@DisallowConcurrentExecution
final class SuggestionPoll implements InterruptableJob {

  private final RenewalCoordinator coordinator;
  private @Nullable Thread running;

  SuggestionPoll(RenewalCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void execute(JobExecutionContext context) {
    runIn(Thread.currentThread());
    try {
      coordinator.refreshSuggestions();
    } finally {
      runIn(null);
      boolean unused = Thread.interrupted(); // it was meant for the poll, and the thread goes on
    }
  }

  @Override
  public synchronized void interrupt() {
    if (running != null) {
      running.interrupt();
    }
  }

  private synchronized void runIn(@Nullable Thread thread) {
    running = thread;
  }
}
