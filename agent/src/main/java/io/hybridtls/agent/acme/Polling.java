package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.AcmeJsonResource;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;

/**
 * Asks for a resource's status until it is decided (RFC 8555, section 7.5.1): when Retry-After says
 * so, or ever more seldom where the CA leaves it to us, and not beyond the time that a CA is given.
 * Used by one thread.
 */
final class Polling {

  static final Duration FIRST_INTERVAL = Duration.ofMillis(100);
  static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

  /** The CA still has something to do. */
  private static final Set<Status> UNDECIDED =
      Set.of(Status.PENDING, Status.PROCESSING, Status.UNKNOWN);

  private final InstantSource clock;
  private final Pause pause;
  private final Duration allowed;
  private Instant deadline;

  /**
   * @param allowed how long the CA may take, from now on
   */
  Polling(InstantSource clock, Pause pause, Duration allowed) {
    this.clock = clock;
    this.pause = pause;
    this.allowed = allowed;
    this.deadline = clock.instant().plus(allowed);
  }

  /** Gives the CA its whole time again, as after something that it had no part in. */
  void startOver() {
    deadline = clock.instant().plus(allowed);
  }

  /**
   * Goes on only while there is time, since each answer of a slow CA takes some of it.
   *
   * @param what the CA is asked, as in "to say what is to be proved"
   */
  void requireTime(String what) throws IssuanceException {
    if (clock.instant().isAfter(deadline)) {
      throw new IssuanceException(
          new IssuanceFailure.Unreachable(
              "the CA takes longer than " + words(allowed) + " " + what));
    }
  }

  /**
   * Blocks until {@code resource} has a status other than pending and processing.
   *
   * @param what the resource in words for the operator, as in "the validation of mail.example"
   */
  <R extends AcmeJsonResource & PollableResource> Status decided(R resource, String what)
      throws AcmeException, IssuanceException {
    Duration interval = FIRST_INTERVAL;
    while (true) {
      Optional<Instant> asked = resource.fetch();
      Status status = resource.getStatus();
      if (!UNDECIDED.contains(status)) {
        return status;
      }
      Instant now = clock.instant();
      Optional<Instant> retryAfter = asked.filter(at -> at.isAfter(now));
      waitUntil(
          retryAfter.orElse(now.plus(interval)),
          retryAfter.isPresent(),
          what + " is " + word(status));
      interval = shorter(interval.multipliedBy(2), LONGEST_INTERVAL);
    }
  }

  /** As the CA spells it. */
  static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private void waitUntil(Instant next, boolean asked, String state) throws IssuanceException {
    if (next.isAfter(deadline)) {
      throw new IssuanceException(
          asked
              ? new IssuanceFailure.RateLimited(next, state)
              : new IssuanceFailure.Unreachable(state + ", and the time for an order is over"));
    }
    try {
      pause.until(next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IssuanceException(new IssuanceFailure.Unreachable("interrupted while " + state), e);
    }
  }

  private static String words(Duration time) {
    return time.toMinutes() + " minutes";
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
