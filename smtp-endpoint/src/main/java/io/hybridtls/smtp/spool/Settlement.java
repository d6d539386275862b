package io.hybridtls.smtp.spool;

import java.time.Instant;

/** What became of one leased recipient. */
public sealed interface Settlement {

  /** The {@link LeasedMessage.LeasedRecipient#number()} that this is about. */
  int recipient();

  /** The next hop has taken responsibility; the recipient leaves the spool. */
  record Delivered(int recipient, String remote, String reply) implements Settlement {}

  /**
   * Tried in vain; to be tried again.
   *
   * @param until when it is due again
   * @param detail why, for the operator and a later bounce
   */
  record Deferred(int recipient, Instant until, String remote, String detail)
      implements Settlement {}

  /**
   * Never to be tried again: the sender is told by a bounce (RFC 3464), written in the same commit.
   *
   * @param status enhanced status code, as in {@code 5.1.1}
   * @param remote the host that refused; empty when none did
   * @param detail the refusing reply, or why we gave up
   */
  record Failed(int recipient, String status, String remote, String detail) implements Settlement {}
}
