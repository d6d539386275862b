package io.hybridtls.smtp.session;

import java.time.Duration;

/**
 * How much one session may ask of us.
 *
 * @param maxMessageSize octets of one message (RFC 1870)
 * @param maxRecipients per message; RFC 5321, section 4.5.3.1.8 asks for at least 100
 * @param maxErrors refused commands before the session is closed with 421 4.7.0
 * @param maxHops Received fields before a message is taken to be in a loop (RFC 5321, section 6.3)
 * @param commandTimeout silence before a command (RFC 5321, section 4.5.3.2.7)
 * @param dataTimeout silence within message data (section 4.5.3.2.5)
 */
public record SessionLimits(
    long maxMessageSize,
    int maxRecipients,
    int maxErrors,
    int maxHops,
    Duration commandTimeout,
    Duration dataTimeout) {

  /**
   * The longest command line with its CRLF that is read: RFC 5321's 512 and what extensions add.
   */
  public static final int MAX_COMMAND_LINE = 2_048;
}
