package io.hybridtls.agent.testing.acme;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What may go wrong with one request, as seen by the client. */
public sealed interface Fault
    permits Reply, Fault.Lost, Fault.Changed, Fault.Slow, Fault.Misissued {

  /** The connection is reset. */
  enum Lost implements Fault {
    /** Before the server has read the request. */
    REQUEST,
    /** When it has done what was asked; the client cannot tell. */
    REPLY
  }

  /** The server does what was asked, and says something else. */
  record Changed(UnaryOperator<Reply> change) implements Fault {}

  /**
   * A finalized order is processing for a while.
   *
   * @param time until it is valid; for ever when empty
   * @param retryAfter what the server says with each look at the order; nothing when empty
   */
  record Slow(Optional<Duration> time, Optional<Duration> retryAfter) implements Fault {

    public static Slow forEver() {
      return new Slow(Optional.empty(), Optional.empty());
    }

    public static Slow by(Duration time) {
      return new Slow(Optional.of(time), Optional.empty());
    }

    public Slow asking(Duration patience) {
      return new Slow(time, Optional.of(patience));
    }
  }

  /** A finalized order leads to a certificate that is not the one asked for. */
  enum Misissued implements Fault {
    FOR_ANOTHER_KEY,
    EXPIRED,
    WITHOUT_ITS_LAST_NAME
  }
}
