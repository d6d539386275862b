package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import java.util.Optional;

/** Whoever had a {@link ClientConnection} opened. Called on the connection's event loop. */
interface ConnectionOwner {

  /** The connection is ready; what it is to carry next, or nothing if it is to wait. */
  Optional<DeliveryAttempt> ready(ClientConnection connection);

  /**
   * A connection never became ready. Also called on other threads, when none could be begun.
   *
   * @param inHandshake whether it was the TLS handshake that failed
   */
  void setupFailed(DeliveryOutcome outcome, boolean inHandshake);

  /** The connection, once ready, will carry nothing more. */
  void ended(ClientConnection connection);

  /** {@code attempt} is to be carried by another connection. */
  void handBack(DeliveryAttempt attempt);
}
