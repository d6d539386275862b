package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.certstore.model.Generation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a call to renew ended. */
public sealed interface RenewalOutcome {

  /** Nothing was done, and nothing needed to be. */
  record NotDue(String reason) implements RenewalOutcome {
    @Override
    public int exitCode() {
      return 0;
    }

    @Override
    public String describe() {
      return "not due: " + reason;
    }
  }

  /** A new generation is live, and each listener that uses it was seen to present it. */
  record Renewed(Generation generation, List<Proof> proofs) implements RenewalOutcome {
    public Renewed {
      proofs = List.copyOf(proofs);
    }

    @Override
    public int exitCode() {
      return 0;
    }

    @Override
    public String describe() {
      return "generation "
          + generation.label()
          + " is live: serial "
          + generation.certificate().serial()
          + ", valid until "
          + InWords.of(generation.endingFirst().notAfter());
    }
  }

  /** No new certificate came; the one in use is still valid. */
  record StillValid(String failure, Instant validUntil, Optional<Instant> nextAttempt)
      implements RenewalOutcome {
    @Override
    public int exitCode() {
      return 5;
    }

    @Override
    public String describe() {
      return failure
          + "; the certificate in use is valid until "
          + InWords.of(validUntil)
          + next(nextAttempt);
    }
  }

  /** No new certificate came, and no valid one is in use. */
  record Failed(String failure, Optional<Instant> nextAttempt) implements RenewalOutcome {
    @Override
    public int exitCode() {
      return 1;
    }

    @Override
    public String describe() {
      return failure + "; no valid certificate is in use" + next(nextAttempt);
    }
  }

  /** A new certificate came and is stored, but is not live, or was not seen to be. */
  record StoredNotLive(Generation generation, String reason) implements RenewalOutcome {
    @Override
    public int exitCode() {
      return 6;
    }

    @Override
    public String describe() {
      return "generation "
          + generation.label()
          + " is stored, but was not seen to be live: "
          + reason;
    }
  }

  /** A certificate that was brought cannot be used; nothing was stored or changed. */
  record Refused(String reason) implements RenewalOutcome {
    @Override
    public int exitCode() {
      return 1;
    }

    @Override
    public String describe() {
      return "refused: " + reason + "; nothing was changed";
    }
  }

  /** Of the command that asked. */
  int exitCode();

  /** One line for the operator. */
  String describe();

  /** When it is tried again without being asked; empty when that follows from no failure. */
  default Optional<Instant> nextAttempt() {
    return Optional.empty();
  }

  /** {@link StillValid} or {@link Failed}, whichever {@code live} makes of it at {@code now}. */
  static RenewalOutcome unsuccessful(
      String failure, Optional<Generation> live, Optional<Instant> nextAttempt, Instant now) {
    return live.map(generation -> generation.endingFirst().notAfter())
        .filter(now::isBefore)
        .<RenewalOutcome>map(end -> new StillValid(failure, end, nextAttempt))
        .orElseGet(() -> new Failed(failure, nextAttempt));
  }

  private static String next(Optional<Instant> attempt) {
    return attempt.map(time -> "; the next attempt is at " + InWords.of(time)).orElse("");
  }
}
