package io.hybridtls.agent.secret;

import java.io.IOException;

/**
 * A secret that somebody else keeps: a file, a variable, a credential. Implementations MUST NOT
 * show it in {@code toString}.
 */
@FunctionalInterface
public interface SecretText {

  /**
   * Reads the secret; blocks on I/O.
   *
   * @throws IOException when it is not there; the message names the place and the remedy, and never
   *     the secret
   */
  String read() throws IOException;
}
