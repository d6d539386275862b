package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.InWords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an operator should know about the roots of one private CA: that peers have another to trust.
 *
 * @param roots those that have not expired, the oldest first
 * @param file where they all are
 */
record RootNotice(List<Authority> roots, LifetimeSettings lifetimes, Path file) {

  RootNotice {
    roots = List.copyOf(roots);
  }

  /** Empty when there is nothing to say. */
  Optional<String> at(Instant now) {
    if (roots.size() < 2) {
      return Optional.empty();
    }
    Authority first = roots.get(0);
    Optional<Authority> standIn = roots.stream().filter(root -> root.hasBegun(now)).findFirst();
    return first.hasBegun(now) || standIn.isEmpty()
        ? succession(first, roots.get(roots.size() - 1), now)
        : Optional.of(replacement(first, standIn.get()));
  }

  /** What stood in for {@code ending} while a clock was wrong may end before it. */
  private Optional<String> succession(Authority ending, Authority successor, Instant now) {
    Instant end = ending.held().notAfter();
    if (!successor.held().notAfter().isAfter(end)) {
      return Optional.empty();
    }
    Duration needed = lifetimes.neededOfRoot(lifetimes.longest());
    Instant begins = end.minus(needed);
    return Optional.of(
        ending
            + " ends at "
            + InWords.of(end)
            + "; let all peers trust "
            + successor
            + (now.isBefore(begins)
                ? " as well before " + InWords.of(begins) + ", when it may begin to sign"
                : " as well now, since it may sign already")
            + ": both are in "
            + file);
  }

  private String replacement(Authority first, Authority standIn) {
    return first
        + " is valid from "
        + InWords.of(first.held().notBefore())
        + " only: the clock of this machine was ahead when it was made, or is behind now; if the"
        + " clock is right, let all peers trust "
        + standIn
        + " as well now, since it signs until then: both are in "
        + file;
  }
}
