package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.SmtpReply;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of one connection as a state machine: replies and events in, steps out. Knows no
 * socket, clock or certificate. Used by one thread at a time.
 */
final class ClientConversation {

  private final SessionOpening opening;
  private @Nullable ClientTransaction transaction;
  private boolean resetNeeded;

  /** See {@link SessionOpening}. */
  ClientConversation(String hostname, TlsRequirement requirement, boolean avoidTls, Relay relay) {
    this.opening = new SessionOpening(hostname, requirement, avoidTls, relay);
  }

  /** Who we are talking to, as far as it is known. */
  Relay relay() {
    return opening.relay();
  }

  ClientStep onReply(SmtpReply reply) {
    if (transaction != null) {
      return noteEnd(transaction.onReply(reply));
    }
    return opening.isOpen()
        ? new ClientStep.Failed(DeliveryOutcome.of(relay(), reply))
        : opening.onReply(reply);
  }

  /** The handshake is done and the peer is who it must be; what was learnt before is forgotten. */
  ClientStep onSecured(Relay secured) {
    return opening.onSecured(secured);
  }

  /** Starts a transaction on an open session that has none. */
  ClientStep begin(Envelope envelope) {
    if (!opening.isOpen() || transaction != null) {
      throw new IllegalStateException("the session is not ready for a message");
    }
    transaction = new ClientTransaction(envelope, opening.offer(), relay(), resetNeeded);
    return noteEnd(transaction.begin());
  }

  /** The final dot is about to be sent. */
  void onContentEnding() {
    requireTransaction().onContentEnding();
  }

  /** The content cannot be sent; the connection must be closed before the final dot. */
  ClientStep onContentUnsendable(DeliveryOutcome outcome) {
    return noteEnd(requireTransaction().onContentUnsendable(outcome));
  }

  /**
   * The connection is lost, timed out or not to be trusted any more.
   *
   * @param status enhanced status of class 4
   */
  ClientStep onLost(String status, String reason) {
    return transaction == null
        ? opening.failed(status, reason)
        : noteEnd(transaction.onLost(DeliveryOutcome.deferred(relay(), status, reason)));
  }

  private ClientStep noteEnd(ClientStep step) {
    if (step instanceof ClientStep.Finished) {
      resetNeeded = !requireTransaction().isClean();
      transaction = null;
    }
    return step;
  }

  private ClientTransaction requireTransaction() {
    if (transaction == null) {
      throw new IllegalStateException("there is no transaction");
    }
    return transaction;
  }
}
