package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.RenewalOutcome;
import java.util.Locale;

/** How outcomes are called in answers. */
final class Outcomes {

  private Outcomes() {}

  /** As in {@code stored-not-live}. */
  static String kind(RenewalOutcome outcome) {
    return outcome
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
