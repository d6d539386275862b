package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import org.shredzone.acme4j.challenge.Challenge;

/**
 * A challenge whose answer is in place until it is closed.
 *
 * @param visibility waits until the CA will see the answer
 * @param withdrawal takes the answer away; never fails
 */
record PresentedChallenge(Challenge challenge, Visibility visibility, Runnable withdrawal)
    implements AutoCloseable {

  /** An answer that is seen at once. */
  PresentedChallenge(Challenge challenge, Runnable withdrawal) {
    this(challenge, () -> {}, withdrawal);
  }

  /** How long an answer takes to be seen wherever the CA may look. */
  @FunctionalInterface
  interface Visibility {
    /** Blocks until it is seen, within a bound of its own. */
    void await() throws IssuanceException;
  }

  void awaitVisible() throws IssuanceException {
    visibility.await();
  }

  @Override
  public void close() {
    withdrawal.run();
  }
}
