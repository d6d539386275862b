package io.hybridtls.agent.inventory;

import java.time.Instant;

/** Whether a certificate is issued anew now. The reason is what logs and {@code status} show. */
public sealed interface RenewalDecision {

  /**
   * Nothing to do.
   *
   * @param renewAt when the certificate becomes due if nothing changes before
   */
  record NotDue(Instant renewAt, String reason) implements RenewalDecision {
    @Override
    public boolean isDue() {
      return false;
    }
  }

  /** Issue now. */
  record Due(String reason) implements RenewalDecision {}

  /**
   * Issue now: the certificate has expired, is about to or was revoked, and somebody should know.
   */
  record Emergency(String reason) implements RenewalDecision {
    @Override
    public boolean isEmergency() {
      return true;
    }
  }

  /**
   * Nothing to do for the agent: somebody else has to bring a new one.
   *
   * @param urgent whether the certificate has expired or is about to
   */
  record Awaited(String reason, boolean urgent) implements RenewalDecision {
    @Override
    public boolean isDue() {
      return false;
    }

    @Override
    public boolean isEmergency() {
      return urgent;
    }
  }

  /** Whether to issue now. */
  default boolean isDue() {
    return true;
  }

  /** Whether the operator is to be alerted, too. */
  default boolean isEmergency() {
    return false;
  }

  /** What decided, in words that follow "certificate mail is due because …". */
  String reason();
}
