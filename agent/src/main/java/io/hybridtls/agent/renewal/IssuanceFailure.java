package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.InWords;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Why no certificate came, and what that means for the next attempt. */
public sealed interface IssuanceFailure
    permits AtRehearsal,
        IssuanceFailure.LimitReached,
        IssuanceFailure.Misconfigured,
        IssuanceFailure.NotOffered,
        IssuanceFailure.NotStored,
        IssuanceFailure.Paused,
        IssuanceFailure.RateLimited,
        IssuanceFailure.Rejected,
        IssuanceFailure.Unexpected,
        IssuanceFailure.Unfit,
        IssuanceFailure.Unproved,
        IssuanceFailure.Unreachable {

  /** The usual measures of a wait. */
  Duration HOUR = Duration.ofHours(1);

  Duration DAY = Duration.ofDays(1);

  /**
   * The CA asks us to wait until {@code until}.
   *
   * @param everyOrder whether it is too busy for any, and has not judged this one
   */
  record RateLimited(Instant until, String detail, boolean everyOrder) implements IssuanceFailure {
    /** With such an order alone. */
    public RateLimited(Instant until, String detail) {
      this(until, detail, false);
    }

    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return past(until, now, failures, slack);
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
      return "the CA asks us to wait until " + InWords.of(until) + ": " + detail;
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
      return past(until, now, failures, slack);
    }

    @Override
    public boolean anotherCaMayMend() {
      return true;
    }

    @Override
    public String describe() {
      return "not ordered, to stay within the limits of the CA, before "
          + InWords.of(until)
          + ": "
          + limit;
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

  /**
   * The CA does not issue this by its own rules; another may.
   *
   * @param unproved the names whose validation has failed by it
   */
  record NotOffered(String problem, List<String> unproved) implements IssuanceFailure {
    public NotOffered {
      unproved = List.copyOf(unproved);
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

  /**
   * The CA refused; the same request will be refused again until somebody changes something.
   *
   * @param unproved the names whose validation has failed by it
   */
  record Rejected(String problem, List<String> unproved) implements IssuanceFailure {
    public Rejected {
      unproved = List.copyOf(unproved);
    }

    /** A refusal of anything but the proof of a name. */
    public Rejected(String problem) {
      this(problem, List.of());
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

  /**
   * What proves the names could not be put where CAs look for it, and so the CA was not asked to
   * look. Any other CA would look there, too.
   */
  record Unproved(String cause) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, Duration.ofMinutes(1), HOUR, DAY, failures);
    }

    @Override
    public String describe() {
      return "the names cannot be proved now: " + cause;
    }
  }

  /** The configuration cannot work; {@code key} names the setting to change. */
  record Misconfigured(String key, String detail) implements IssuanceFailure {
    @Override
    public Instant retryAt(Instant now, int failures, Slack slack) {
      return slack.after(now, DAY, DAY, DAY, failures);
    }

    @Override
    public boolean isOfConfiguration() {
      return true;
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
    public String describe() {
      return "the new certificate is not fit for use: " + reason;
    }
  }

  /** A fault of the agent itself; the log has the details. */
  record Unexpected(String fault) implements IssuanceFailure {
    @Override
    public String describe() {
      return "the agent failed, which is a bug in it: " + fault;
    }
  }

  /**
   * The earliest sensible next attempt after a failure at {@code now}: never before a CA allows it,
   * and not after the floor of {@code slack} while there is time up to it. What somebody has to
   * mend first is tried seldom.
   *
   * @param failures failures in a row, this one included; at least 1
   */
  default Instant retryAt(Instant now, int failures, Slack slack) {
    return slack.after(now, HOUR, DAY, DAY, failures);
  }

  /** One line for the operator: what went wrong and, where there is one, the remedy. */
  String describe();

  /** Whether it is worth asking another CA at once; not so for what is wrong on our side. */
  default boolean anotherCaMayMend() {
    return false;
  }

  /** The names, as ordered, that the CA has looked at the proof of and found wanting. */
  default List<String> unproved() {
    return List.of();
  }

  /** Whether the CA itself named the time of the next attempt. */
  default boolean isDemandedByCa() {
    return false;
  }

  /** Whether another configuration is what mends it. */
  default boolean isOfConfiguration() {
    return false;
  }

  private static Instant past(Instant until, Instant now, int failures, Slack slack) {
    return slack.past(until.isAfter(now) ? until : now.plus(Duration.ofMinutes(1)), now, failures);
  }
}
