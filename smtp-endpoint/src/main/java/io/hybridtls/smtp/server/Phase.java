package io.hybridtls.smtp.server;

import io.hybridtls.smtp.session.SessionLimits;
import java.time.Duration;
import java.util.Optional;

/** What a dialogue waits for. */
enum Phase {
  /** To know who the client is: before the greeting, or after the 220 to STARTTLS. */
  SECURING,
  /** The client's next command. */
  COMMANDS,
  /** The client's message. */
  DATA,
  /** A worker or the spool: input waits. */
  WAITING,
  /** Nothing more: input is thrown away. */
  OVER;

  /** How long the client may be silent; empty while nothing is expected of it. */
  Optional<Duration> patience(SessionLimits limits) {
    return switch (this) {
      case COMMANDS -> Optional.of(limits.commandTimeout());
      case DATA -> Optional.of(limits.dataTimeout());
      case SECURING, WAITING, OVER -> Optional.empty();
    };
  }

  /** No phase is less patient. */
  static Duration shortestPatience(SessionLimits limits) {
    return limits.commandTimeout().compareTo(limits.dataTimeout()) < 0
        ? limits.commandTimeout()
        : limits.dataTimeout();
  }
}
