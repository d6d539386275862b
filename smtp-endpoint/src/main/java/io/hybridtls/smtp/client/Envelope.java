package io.hybridtls.smtp.client;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.util.List;

/**
 * What one transaction declares before its content.
 *
 * @param size octets of the content, dots unstuffed (RFC 1870, section 3)
 */
record Envelope(
    ReversePath sender, List<EmailAddress> recipients, BodyEncoding encoding, long size) {

  Envelope {
    recipients = List.copyOf(recipients);
  }
}
