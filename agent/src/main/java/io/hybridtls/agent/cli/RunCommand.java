package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.wiring.AgentLauncher;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hybridtls run}: the agent itself, in the foreground, until SIGTERM or SIGINT. */
@Command(
    name = "run",
    header = "Run the agent in the foreground.",
    description = {
      "%nIssues what is missing, listens, relays, and renews in good time. The log goes",
      "to standard error. SIGTERM and SIGINT end it: nothing new is taken, open",
      "sessions may finish their message, and what was accepted is kept for the next",
      "start. The exit code is then 0."
    },
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n")
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    AgentConfig loaded = config.load();
    LogSetup.apply(loaded.log());
    CountDownLatch wanted = new CountDownLatch(1);
    EndSignals.onEach(wanted::countDown); // also one that comes during the start
    AgentLauncher.Running agent =
        AgentLauncher.start(new ConfigSource(config.file(), loaded, System.getenv()));
    FutureTask<Integer> end = new FutureTask<>(() -> stop(agent));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(end), "stop")); // SIGHUP
    LOG.info("hybridtls {} is running with {}", Version.number(), config.file());
    wanted.await();
    return await(end);
  }

  /** Runs {@code end}, or, where another thread was first, waits for it. */
  private static int await(FutureTask<Integer> end) {
    end.run();
    try {
      return end.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } catch (ExecutionException e) {
      LOG.error("the agent did not stop as it should", e.getCause());
      return ExitCode.FAILED;
    }
  }

  private static int stop(AgentLauncher.Running agent) {
    LOG.info("stopping: no new sessions; open ones may finish their message");
    try {
      agent.close();
      LOG.info("stopped");
      return ExitCode.DONE;
    } catch (StoreException e) {
      LOG.warn("stopped, but {}", e.getMessage());
      return ExitCode.FAILED;
    }
  }
}
