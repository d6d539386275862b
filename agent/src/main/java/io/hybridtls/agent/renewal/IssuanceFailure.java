package io.hybridtls.agent.renewal;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** Why no certificate came, and what that means for the next attempt. */
public sealed interface IssuanceFailure {

  /** The usual measures of a wait. */
  Duration HOUR = Duration.ofHours(1);

  Duration DAY = Duration.ofDays(1);

  /** The CA asks us to wait until {@code until}. */
  record RateLimited(Instant until, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.past(
          until.isAfter(now) ? until : now.plus(Duration.ofMinutes(1)), now, failures);
    }

    @Override
    public boolean isDemandedByCa() {
      return true;
    }

    @Override
    public boolean anotherCaMayMend() {
      return true;
    }

    @Override
    public String describe() {
      return "the CA asks us to wait until " + until + ": " + detail;
    }
  }

  /**
   * Nothing was sent: the order would have gone beyond what the CA is known to grant.
   *
   * @param limit which, and what of it is spent
   */
  record LimitReached(Instant until, String limit) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.past(
          until.isAfter(now) ? until : now.plus(Duration.ofMinutes(1)), now, failures);
    }

    @Override
    public boolean anotherCaMayMend() {
      return true;
    }

    @Override
    public String describe() {
      return "not ordered, to stay within the limits of the CA, before " + until + ": " + limit;
    }
  }

  /**
   * The CA certifies these names no more, since their validation has failed for long, until
   * somebody has said at {@code unpause} that they are mended.
   */
  record Paused(URI unpause, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, DAY, DAY, DAY, failures);
    }

    @Override
    public boolean anotherCaMayMend() {
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

  /** The CA does not issue this by its own rules; another may. */
  record NotOffered(String problem) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, HOUR, DAY, DAY, failures);
    }

    @Override
    public boolean anotherCaMayMend() {
      return true;
    }

    @Override
    public String describe() {
      return "the CA does not issue this: " + problem;
    }
  }

  /** The CA refused; the same request will be refused again until somebody changes something. */
  record Rejected(String problem) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, HOUR, DAY, DAY, failures);
    }

    @Override
    public String describe() {
      return "the CA refused: " + problem;
    }
  }

  /** The CA could not be reached, or broke off. */
  record Unreachable(String cause) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, Duration.ofMinutes(1), HOUR, Duration.ofDays(5), failures);
    }

    @Override
    public boolean anotherCaMayMend() {
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
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, DAY, DAY, DAY, failures);
    }

    @Override
    public String describe() {
      return key + ": " + detail;
    }
  }

  /** The certificate came, but could not be stored. */
  record NotStored(String cause) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(
          now, Duration.ofMinutes(10), Duration.ofHours(6), Duration.ofHours(6), failures);
    }

    @Override
    public String describe() {
      return "the new certificate could not be stored: " + cause;
    }
  }

  /** The certificate came and is stored, but is not fit for use; another would be no better. */
  record Unfit(String reason) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, HOUR, DAY, DAY, failures);
    }

    @Override
    public String describe() {
      return "the new certificate is not fit for use: " + reason;
    }
  }

  /** A fault of the agent itself; the log has the details. */
  record Unexpected(String fault) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, HOUR, DAY, DAY, failures);
    }

    @Override
    public String describe() {
      return "the agent failed, which is a bug in it: " + fault;
    }
  }

  /**
   * The earliest sensible next attempt after a failure at {@code now}: never before a CA allows it,
   * and not after the floor of {@code slack} while there is time up to it.
   *
   * @param failures failures in a row, this one included; at least 1
   */
  Instant retryAt(Instant now, int failures, Slack slack);

  /** One line for the operator: what went wrong and, where there is one, the remedy. */
  String describe();

  /** Whether it is worth asking another CA at once; not so for what is wrong on our side. */
  default boolean anotherCaMayMend() {
    return false;
  }

  /** Whether the CA itself named the time of the next attempt. */
  default boolean isDemandedByCa() {
    return false;
  }
}
