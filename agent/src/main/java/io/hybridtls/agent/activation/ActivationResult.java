package io.hybridtls.agent.activation;

import java.util.List;

/** How far a generation came on its way to the peers. */
public sealed interface ActivationResult {

  /** It is live, and each listener that uses it was seen to present it. */
  record Live(List<Proof> proofs) implements ActivationResult {
    public Live {
      proofs = List.copyOf(proofs);
    }
  }

  /** It is live, but the store could not be told: the next start would take the one before live. */
  record Unmarked(String reason) implements ActivationResult {}

  /** It is live, but a listener was not seen to present it. */
  record Unproven(String reason) implements ActivationResult {}

  /** The gate or a listener's TLS refused it: what was live before still is. */
  record Refused(String reason) implements ActivationResult {}
}
