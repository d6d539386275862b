package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import java.util.Optional;
import java.util.SortedMap;

/** Goes on where the agent stopped, or was killed; once, before the first look. */
final class Restart {

  private final GenerationActivator activator;
  private final Issuance issuance;
  private final IssuanceJournal journal;
  private final Decisions decisions;
  private final Landing landing;

  Restart(
      GenerationActivator activator,
      Issuance issuance,
      IssuanceJournal journal,
      Decisions decisions,
      Landing landing) {
    this.activator = activator;
    this.issuance = issuance;
    this.journal = journal;
    this.decisions = decisions;
    this.landing = landing;
  }

  /**
   * Takes live what was active, and tidies up after issuances that had ended but for their notes.
   *
   * @return what is wrong, by certificate
   */
  SortedMap<CertificateId, String> activateStored(CertificateInventory inventory) {
    SortedMap<CertificateId, String> problems =
        activator.activateStored(inventory, decisions::isRevoked);
    issuance.retain(inventory.ids());
    inventory.specs().forEach(this::settle);
    return problems;
  }

  private void settle(CertificateSpec spec) {
    Optional<Long> pending = journal.find(spec.id()).pending();
    if (pending.isPresent()
        && pending.equals(decisions.liveNumber(spec.id()))
        && !decisions.decide(spec).isDue()) {
      landing.settle(spec.id());
    }
  }
}
