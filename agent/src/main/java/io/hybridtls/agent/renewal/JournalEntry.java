package io.hybridtls.agent.renewal;

import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of the attempts to issue one certificate.
 *
 * @param lastAttempt when the last one began
 * @param failures in a row; 0 after a success
 * @param failure the last one's, in words; empty after a success
 * @param notBefore no scheduled attempt is made earlier
 * @param demanded whether the CA itself named {@code notBefore}, so that nothing that we mend makes
 *     it earlier
 * @param misconfigured whether the last one failed by the configuration, which may be another when
 *     the agent starts again
 * @param step what was being done; present only during an attempt, or when it was cut short
 * @param pending a generation that was about to be stored, and has not yet been live
 */
public record JournalEntry(
    Optional<Instant> lastAttempt,
    int failures,
    Optional<String> failure,
    Optional<Instant> notBefore,
    boolean demanded,
    boolean misconfigured,
    Optional<String> step,
    Optional<Long> pending) {

  /** Before the first attempt. */
  static final JournalEntry NONE =
      new JournalEntry(
          Optional.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          Optional.empty());

  private static final String CUT_SHORT = "the agent was stopped in the middle of an issuance";

  private static final String NOT_TAKEN =
      "the agent was stopped while it took a certificate into use";

  /**
   * At the start of an attempt. It counts as failed until it is known to have succeeded, so that an
   * agent that is killed again and again does not order again and again. What the CA has demanded
   * holds on, although an operator insisted.
   */
  JournalEntry begun(Instant now, Slack slack) {
    return begun(CUT_SHORT, now, slack);
  }

  /** At the start of what takes a certificate into use that nobody needs to be asked for. */
  JournalEntry taking(Instant now, Slack slack) {
    return begun(NOT_TAKEN, now, slack);
  }

  private JournalEntry begun(String ifCutShort, Instant now, Slack slack) {
    int inARow = failures + 1;
    Instant retry = new IssuanceFailure.Unreachable(ifCutShort).retryAt(now, inARow, slack);
    Optional<Instant> asked =
        notBefore.filter(until -> demanded && isWaiting(now) && until.isAfter(retry));
    return new JournalEntry(
        Optional.of(now),
        inARow,
        Optional.of(ifCutShort),
        Optional.of(asked.orElse(retry)),
        asked.isPresent(),
        false,
        Optional.empty(),
        pending);
  }

  JournalEntry at(String newStep) {
    return new JournalEntry(
        lastAttempt,
        failures,
        failure,
        notBefore,
        demanded,
        misconfigured,
        Optional.of(newStep),
        pending);
  }

  JournalEntry storing(long generation) {
    return new JournalEntry(
        lastAttempt,
        failures,
        failure,
        notBefore,
        demanded,
        misconfigured,
        step,
        Optional.of(generation));
  }

  /** At the end of an attempt that {@link #begun} has counted. */
  JournalEntry failed(IssuanceFailure newFailure, Instant now, Slack slack) {
    return new JournalEntry(
        lastAttempt,
        failures,
        Optional.of(newFailure.describe()),
        Optional.of(newFailure.retryAt(now, failures, slack)),
        newFailure.isDemandedByCa(),
        newFailure.isOfConfiguration(),
        Optional.empty(),
        pending);
  }

  JournalEntry succeeded() {
    return new JournalEntry(
        lastAttempt,
        0,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Optional.empty());
  }

  /** With the wait over, unless the CA demanded it. */
  JournalEntry mended() {
    return demanded
        ? this
        : new JournalEntry(
            lastAttempt, failures, failure, Optional.empty(), false, misconfigured, step, pending);
  }

  /**
   * As an agent that starts finds it: whoever has corrected a setting starts the agent as often as
   * they let it reload. What failed otherwise waits on, for a start may be one of many.
   */
  JournalEntry atStart() {
    return misconfigured ? mended() : this;
  }

  /** Whether the last attempt to issue has begun, and not ended. */
  boolean isCutShort() {
    return failure.filter(CUT_SHORT::equals).isPresent();
  }

  /**
   * Whether what nobody needed to be asked for was being taken into use, and that has not ended.
   */
  boolean isTakingCutShort() {
    return failure.filter(NOT_TAKEN::equals).isPresent();
  }

  /** Why no scheduled attempt is made yet, in words. */
  String patience() {
    return "the last attempt failed, and the next is made later: "
        + failure.orElse("no reason was noted");
  }

  /**
   * Whether a scheduled attempt at {@code now} would be too early. An attempt that was made later
   * than now was made by a clock that has been set back since: what it says of the time is wrong,
   * perhaps by years.
   */
  boolean isWaiting(Instant now) {
    return notBefore.filter(now::isBefore).isPresent()
        && lastAttempt.filter(now::isBefore).isEmpty();
  }
}
