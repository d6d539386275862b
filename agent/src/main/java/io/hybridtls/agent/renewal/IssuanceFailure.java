package io.hybridtls.agent.renewal;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** Why no certificate came, and what that means for the next attempt. */
public sealed interface IssuanceFailure {

  /** The CA asks us to wait until {@code until}. */
  record RateLimited(Instant until, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return until.isAfter(now) ? until : now.plus(Duration.ofMinutes(1));
    }

    @Override
    public boolean isDemandedByCa() {
      return true;
    }

    @Override
    public boolean mayHelpElsewhere() {
      return true;
    }

    @Override
    public String describe() {
      return "the CA asks us to wait until " + until + ": " + detail;
    }
  }

  /**
   * The CA certifies these names no more, since their validation has failed for long, until
   * somebody has said at {@code unpause} that they are mended.
   */
  record Paused(URI unpause, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Duration.ofHours(24));
    }

    @Override
    public boolean mayHelpElsewhere() {
      return true;
    }

    @Override
    public String describe() {
      return "the CA has paused these names; mend why their validation failed, then visit "
          + unpause
          + " and renew with --force: "
          + detail;
    }
  }

  /**
   * The CA refused; the same request will be refused again until somebody changes something.
   *
   * @param byPolicy whether it is this CA's own policy that stands against it
   */
  record Rejected(String problem, boolean byPolicy) implements IssuanceFailure {

    /** For what is wrong with the names, or with what we sent. */
    public Rejected(String problem) {
      this(problem, false);
    }

    @Override
    public boolean mayHelpElsewhere() {
      return byPolicy;
    }

    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Backoff.of(Duration.ofHours(1), Duration.ofHours(24), failures));
    }

    @Override
    public String describe() {
      return "the CA refused: " + problem;
    }
  }

  /** The CA could not be reached, or broke off. */
  record Unreachable(String cause) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Backoff.of(Duration.ofMinutes(1), Duration.ofHours(1), failures));
    }

    @Override
    public boolean mayHelpElsewhere() {
      return true;
    }

    @Override
    public String describe() {
      return "the CA could not be reached: " + cause;
    }
  }

  /** The configuration cannot work; {@code key} names the setting to change. */
  record Misconfigured(String key, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Duration.ofHours(24));
    }

    @Override
    public String describe() {
      return key + ": " + detail;
    }
  }

  /** The certificate came, but could not be stored. */
  record NotStored(String cause) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Backoff.of(Duration.ofMinutes(10), Duration.ofHours(6), failures));
    }

    @Override
    public String describe() {
      return "the new certificate could not be stored: " + cause;
    }
  }

  /** The certificate came and is stored, but is not fit for use; another would be no better. */
  record Unfit(String reason) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Backoff.of(Duration.ofHours(1), Duration.ofHours(24), failures));
    }

    @Override
    public String describe() {
      return "the new certificate is not fit for use: " + reason;
    }
  }

  /** A fault of the agent itself; the log has the details. */
  record Unexpected(String fault) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures) {
      return now.plus(Backoff.of(Duration.ofHours(1), Duration.ofHours(24), failures));
    }

    @Override
    public String describe() {
      return "the agent failed, which is a bug in it: " + fault;
    }
  }

  /**
   * The earliest sensible next attempt after a failure at {@code now}.
   *
   * @param failures failures in a row, this one included; at least 1
   */
  Instant retryAt(Instant now, int failures);

  /** One line for the operator: what went wrong and, where there is one, the remedy. */
  String describe();

  /** Whether the CA itself named the time of the next attempt. */
  default boolean isDemandedByCa() {
    return false;
  }

  /** Whether another CA might issue what this one did not. */
  default boolean mayHelpElsewhere() {
    return false;
  }
}
