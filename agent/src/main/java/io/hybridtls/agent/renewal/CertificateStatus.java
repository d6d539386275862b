package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.model.Generation;
import java.util.List;
import java.util.Optional;

/**
 * Where one certificate stands.
 *
 * @param live what handshakes see
 * @param decision what the next scheduled look would decide, were it now
 * @param suggestion what the CA suggests for what is live
 * @param underWay whether it is being issued at this moment; the journal then tells the step
 * @param warnings what will stand against the next renewal, each with the remedy
 */
public record CertificateStatus(
    CertificateSpec spec,
    Optional<Generation> live,
    Optional<SuggestedWindow> suggestion,
    RenewalDecision decision,
    JournalEntry journal,
    boolean underWay,
    List<String> warnings) {

  public CertificateStatus {
    warnings = List.copyOf(warnings);
  }
}
