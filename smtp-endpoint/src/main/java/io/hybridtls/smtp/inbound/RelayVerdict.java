package io.hybridtls.smtp.inbound;

import io.hybridtls.smtp.protocol.SmtpReply;

/** A decision with its reason. */
public sealed interface RelayVerdict {

  /** Allowed, by the connector (or rule) that is named. */
  record Permitted(String connector) implements RelayVerdict {}

  /**
   * Not allowed.
   *
   * @param reply what the client is told
   * @param reason what the operator is told
   */
  record Refused(SmtpReply reply, String reason) implements RelayVerdict {}
}
