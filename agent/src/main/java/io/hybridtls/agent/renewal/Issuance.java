package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotStored;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a spec to a stored generation; the caller holds the lock of the certificate. */
final class Issuance {

  private static final Logger log = LoggerFactory.getLogger(Issuance.class);

  private final CertificateStore store;
  private final IssuanceJournal journal;

  Issuance(CertificateStore store, IssuanceJournal journal) {
    this.store = store;
    this.journal = journal;
  }

  /**
   * What an earlier attempt stored and could not take live. Where it still does, it is taken:
   * ordering another each time would only use up what the CA grants.
   */
  Optional<Generation> pending(CertificateId id) {
    Optional<Long> number = journal.find(id).pending();
    try {
      return number.isEmpty() ? Optional.empty() : store.find(id, number.get());
    } catch (StoreException e) {
      log.warn("certificate {}: {}; another is ordered", id, e.getMessage());
      return Optional.empty();
    }
  }

  /** Asks the issuer, and stores what comes. */
  Generation issue(RenewalPlan plan, CertificateSpec spec, String reason, IssuanceProgress progress)
      throws IssuanceException {
    CertificateIssuer issuer = plan.issuers().get(spec.issuer());
    if (issuer == null) {
      throw new IssuanceException(
          new Misconfigured(
              "certificates." + spec.id() + ".issuer", "there is no issuer " + spec.issuer()));
    }
    progress.step("asking issuer " + spec.issuer() + " for a certificate, because " + reason);
    HeldCertificate certificate = issuer.issue(spec, progress);
    progress.step("storing the new certificate");
    try {
      Generation stored = store.append(spec.id(), certificate, spec.issuer(), reason);
      journal.update(spec.id(), entry -> entry.stored(stored.number()));
      return stored;
    } catch (StoreException e) {
      throw new IssuanceException(new NotStored(String.valueOf(e.getMessage())), e);
    }
  }
}
