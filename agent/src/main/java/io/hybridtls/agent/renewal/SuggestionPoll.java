package io.hybridtls.agent.renewal;

import org.jspecify.annotations.Nullable;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Quartz's way to {@link RenewalCoordinator#refreshSuggestions}; one for all runs. Quartz can run
 * it once more after it has been told to stop, and so it knows by itself that it is over.
 */
@DisallowConcurrentExecution
final class SuggestionPoll implements Job {

  private final RenewalCoordinator coordinator;
  private @Nullable Thread running;
  private boolean stopped;

  SuggestionPoll(RenewalCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void execute(JobExecutionContext context) {
    if (!begin(Thread.currentThread())) {
      return;
    }
    try {
      coordinator.refreshSuggestions();
    } finally {
      end();
    }
  }

  /** Breaks off what is under way, and does nothing any more. */
  synchronized void stop() {
    stopped = true;
    if (running != null) {
      running.interrupt();
    }
  }

  private synchronized boolean begin(Thread thread) {
    running = stopped ? null : thread;
    return !stopped;
  }

  private synchronized void end() {
    running = null;
    boolean unused = Thread.interrupted(); // it was meant for the poll, and the thread goes on
  }
}
