package io.hybridtls.agent.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@code hybridtls run} as a process. Ended by its process id at the latest when it is closed; what
 * it has stored stays, for the next one.
 */
public final class AgentProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Process process;
  private final Path log;

  AgentProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Waits until it says that it runs. */
  public AgentProcess awaitRunning() {
    return awaitLog(" is running with ");
  }

  /** Waits until its log has {@code text}. */
  public AgentProcess awaitLog(String text) {
    await("the agent logs \"" + text + "\"")
        .pollInterval(POLL)
        .atMost(PATIENCE)
        .until(
            () -> {
              boolean ended = !process.isAlive();
              if (log().contains(text)) {
                return true;
              }
              if (ended) {
                throw new AssertionError("the agent ended:\n" + log());
              }
              return false;
            });
    return this;
  }

  /** Everything that it has logged. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for its end. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the agent did not end:\n" + log());
    }
    return process.exitValue();
  }

  /** SIGKILL, once {@code delay} has passed. */
  public void killAfter(Duration delay) throws InterruptedException {
    if (process.waitFor(delay.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the agent ended before it was killed:\n" + log());
    }
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
