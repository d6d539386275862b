package io.hybridtls.smtp.client;

import java.time.Duration;

/**
 * How long we wait for a next hop.
 *
 * @param connect for a TCP connection, and again for a TLS handshake
 * @param command for the greeting and the reply to a command (RFC 5321, section 4.5.3.2.1 to .3: 5
 *     minutes)
 * @param data for progress while a message is sent, and for the reply to it (section 4.5.3.2.5 and
 *     .6: 3 and 10 minutes)
 * @param idle how long an unused connection is kept for the next message
 */
public record ClientTimeouts(Duration connect, Duration command, Duration data, Duration idle) {

  public ClientTimeouts {
    requirePositive("connect", connect);
    requirePositive("command", command);
    requirePositive("data", data);
    requirePositive("idle", idle);
  }

  private static void requirePositive(String name, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "the " + name + " timeout " + timeout + " is not positive");
    }
  }
}
