package io.hybridtls.agent.wiring;

import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import io.hybridtls.agent.lifecycle.Agent;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreLock;
import io.hybridtls.smtp.spool.SpoolException;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds an agent and starts it. */
public final class AgentLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(AgentLauncher.class);

  private AgentLauncher() {}

  /** An agent that runs, with the lock on its state directory. */
  public record Running(Agent agent, StoreLock lock) implements AutoCloseable {

    /**
     * Stops the agent, and then lets another one have its state directory: now, or, while an
     * issuance may still write to it, with the end of the process.
     */
    @Override
    public void close() throws StoreException {
      agent.close();
      if (!agent.isWriting()) {
        lock.close();
      }
    }
  }

  /**
   * Starts an agent.
   *
   * @throws IOException when it cannot start; the message names the cause and the remedy, and
   *     nothing is left behind
   */
  public static Running start(ConfigSource source) throws IOException {
    StoreLock lock = lock(source.atStart().stateDirectory());
    boolean started = false;
    try {
      Agent agent = build(source);
      agent.start();
      started = true;
      return new Running(agent, lock);
    } finally {
      if (!started) {
        release(lock);
      }
    }
  }

  private static Agent build(ConfigSource source) throws IOException {
    try {
      return Guice.createInjector(Stage.DEVELOPMENT, ModuleSelection.of(source))
          .getInstance(Agent.class);
    } catch (ProvisionException e) {
      throw explained(e);
    }
  }

  private static StoreLock lock(Path stateDirectory) throws IOException {
    try {
      return StoreLock.acquire(stateDirectory);
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void release(StoreLock lock) {
    try {
      lock.close();
    } catch (StoreException e) {
      LOG.warn("{}; it ends with this process", e.getMessage());
    }
  }

  /**
   * What a provider threw, when it is one of the failures that are worded for the operator; the
   * injector's own words are about the wiring. Anything else is a fault, and stays what it is.
   */
  private static IOException explained(ProvisionException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException worded) {
        return worded;
      }
      if (cause instanceof StoreException || cause instanceof SpoolException) {
        return new IOException(cause.getMessage(), cause);
      }
    }
    throw failure;
  }
}
