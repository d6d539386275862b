package io.hybridtls.smtp.outbound;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Takes messages to next hops. Safe for any thread; does not block. */
public interface MessageCarrier {

  /**
   * Delivers {@code consignment}, or finds out why not.
   *
   * @return an outcome for each recipient, by {@link
   *     io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient#number()}; completes on a thread of
   *     the carrier's, which must not be blocked
   */
  CompletionStage<Map<Integer, DeliveryOutcome>> carry(Consignment consignment);

  /**
   * Messages carried from now on use no connection that was opened before: what a connection was
   * checked against may have changed. Messages under way finish where they are.
   */
  void renewConnections();
}
