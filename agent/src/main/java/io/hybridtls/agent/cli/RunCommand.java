package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.wiring.AgentLauncher;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
      "start."
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
    AgentLauncher.Running agent =
        AgentLauncher.start(new ConfigSource(config.file(), loaded, System.getenv()));
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent, ended), "stop"));
    LOG.info("hybridtls {} is running with {}", Version.number(), config.file());
    ended.await();
    return ExitCode.DONE;
  }

  private static void stop(AgentLauncher.Running agent, CountDownLatch ended) {
    LOG.info("stopping: no new sessions; open ones may finish their message");
    try {
      agent.close();
      LOG.info("stopped");
    } catch (StoreException e) {
      LOG.warn("stopped, but {}", e.getMessage());
    }
    ended.countDown();
  }
}
