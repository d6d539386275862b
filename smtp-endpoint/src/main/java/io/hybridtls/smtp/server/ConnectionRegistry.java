package io.hybridtls.smtp.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The open sessions: counted against the limit, and told when the agent stops. Safe for any thread.
 */
final class ConnectionRegistry {

  /** Whether a connection may become a session. */
  enum Admission {
    ADMITTED,
    /** As many sessions are open as may be. */
    FULL,
    /** The agent stops. */
    STOPPING
  }

  private final Set<SessionHandler> sessions = new HashSet<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private boolean draining;

  /** Adds a session unless {@code max} are open or the agent is stopping. */
  synchronized Admission admit(SessionHandler session, int max) {
    if (draining) {
      return Admission.STOPPING;
    }
    if (sessions.size() >= max) {
      return Admission.FULL;
    }
    sessions.add(session);
    return Admission.ADMITTED;
  }

  /** Takes a session out that has ended; one that was never admitted is ignored. */
  synchronized void remove(SessionHandler session) {
    if (sessions.remove(session) && sessions.isEmpty() && draining) {
      drained.complete(null);
    }
  }

  synchronized int size() {
    return sessions.size();
  }

  /**
   * Tells every session to end after the message it is receiving, and waits for them.
   *
   * @return whether all had ended within {@code limit}
   */
  boolean drain(Duration limit) throws InterruptedException {
    List<SessionHandler> open = stopAdmitting();
    if (open.isEmpty()) {
      return true;
    }
    open.forEach(SessionHandler::shutDown);
    try {
      drained.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("drained completes normally only", e);
    }
  }

  private synchronized List<SessionHandler> stopAdmitting() {
    draining = true;
    return List.copyOf(sessions);
  }
}
