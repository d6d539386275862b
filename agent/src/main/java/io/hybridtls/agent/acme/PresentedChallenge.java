package io.hybridtls.agent.acme;

import org.shredzone.acme4j.challenge.Challenge;

/**
 * A challenge whose answer is in place until it is closed.
 *
 * @param withdrawal takes the answer away; never fails
 */
record PresentedChallenge(Challenge challenge, Runnable withdrawal) implements AutoCloseable {

  @Override
  public void close() {
    withdrawal.run();
  }
}
