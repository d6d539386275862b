package io.hybridtls.smtp.inbound;

import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;

/** Decides, for one sender and recipient, whether mail is taken. Pure; safe for any thread. */
public interface RelayAuthorizer {

  /** Whether {@code peer} may begin a message from {@code sender}. */
  RelayVerdict maySend(SendingPeer peer, ReversePath sender);

  /** Whether {@code peer} may add {@code recipient} to its message from {@code sender}. */
  RelayVerdict mayRelay(SendingPeer peer, ReversePath sender, EmailAddress recipient);

  /**
   * Whether what {@code peer} states in cross-premises header fields is believed: only a cloud peer
   * that proved its name by certificate is.
   */
  default boolean believesHeaders(SendingPeer peer, ReversePath sender) {
    return false;
  }
}
