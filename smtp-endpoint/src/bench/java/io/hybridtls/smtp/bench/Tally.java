package io.hybridtls.smtp.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a load has come to so far. Safe for any thread. */
final class Tally {

  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

  void sessionEnded() {
    sessions.incrementAndGet();
  }

  void messageAccepted() {
    messages.incrementAndGet();
  }

  void sessionFailed(String reason) {
    failures.incrementAndGet();
    firstFailure.compareAndSet(null, reason);
  }

  /** Sessions that were ended by our QUIT and the server's 221. */
  long sessions() {
    return sessions.get();
  }

  /** Messages that were answered 250. */
  long messages() {
    return messages.get();
  }

  long failures() {
    return failures.get();
  }

  /**
   * Nothing when every session went as planned.
   *
   * @throws BrokenRunException when one did not
   */
  void requireNoFailure() throws BrokenRunException {
    if (failures() > 0) {
      throw new BrokenRunException(
          failures() + " sessions failed; the first: " + firstFailure.get());
    }
  }
}
