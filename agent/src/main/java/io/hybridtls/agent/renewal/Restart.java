package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on where the agent stopped, or was killed; once, before the first look. */
final class Restart {

  private static final Logger log = LoggerFactory.getLogger(Restart.class);

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
    JournalEntry entry = journal.find(spec.id());
    if (decisions.decide(spec).isDue()) {
      return; // and begins anew
    }
    if (entry.pending().isPresent()) {
      if (entry.pending().equals(decisions.liveNumber(spec.id()))) {
        landing.settle(spec.id());
      }
    } else if (entry.isTakingCutShort() && !issuance.isPlaced(spec)) {
      log.warn(
          "certificate {}: {}; what is in use now stays", spec.id(), entry.failure().orElseThrow());
      landing.settle(spec.id());
    }
  }
}
