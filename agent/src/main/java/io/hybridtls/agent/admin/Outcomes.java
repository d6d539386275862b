package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.RenewalOutcome;
import java.util.Locale;

/** How outcomes are called in answers. */
final class Outcomes {

  private static final int FAILED = 1;

  private Outcomes() {}

  /** As in {@code stored-not-live}. */
  static String kind(RenewalOutcome outcome) {
    return outcome
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  /**
   * The exit code of a command with two outcomes: nothing valid held is worse than not seen live,
   * which is worse than still valid.
   */
  static int worse(int one, int other) {
    return one == FAILED || other == FAILED ? FAILED : Math.max(one, other);
  }
}
