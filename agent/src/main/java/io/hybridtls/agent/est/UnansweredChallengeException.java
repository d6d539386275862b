package io.hybridtls.agent.est;

import java.io.IOException;

/** A server asks who we are in a way that we cannot answer; the message has no secret. */
final class UnansweredChallengeException extends IOException {

  private static final long serialVersionUID = 1L;

  UnansweredChallengeException(String message) {
    super(message);
  }
}
