package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotStored;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a spec to a stored generation; the caller holds the lock of the certificate. */
final class Issuance {

  private static final Logger log = LoggerFactory.getLogger(Issuance.class);

  private final CertificateStore store;
  private final IssuanceJournal journal;
  private final IssuanceDrafts drafts;
  private final IssuersInTurn issuers;
  private final CountedOrders orders;

  Issuance(
      CertificateStore store,
      IssuanceJournal journal,
      IssuanceDrafts drafts,
      IssuersInTurn issuers,
      CountedOrders orders) {
    this.issuers = issuers;
    this.orders = orders;
    this.store = store;
    this.journal = journal;
    this.drafts = drafts;
  }

  /**
   * What an earlier attempt stored and could not take live. Where it still does, it is taken:
   * ordering another each time would only use up what the CA grants.
   */
  Optional<Generation> pending(CertificateId id, Optional<Generation> live) {
    try {
      long newest = newest(id);
      Optional<Long> number =
          drafts.anyOlderThan(id, newest) && newest > live.map(Generation::number).orElse(0L)
              ? Optional.of(newest) // the journal could not be written, or read
              : journal.find(id).pending();
      return number.isEmpty() ? Optional.empty() : store.find(id, number.get());
    } catch (StoreException e) {
      log.warn("certificate {}: {}; another is ordered", id, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Asks the issuers in turn for each of the certificates, and stores what comes together.
   *
   * @param insist also beyond known limits, because an operator wants it
   */
  Generation issue(
      RenewalPlan plan,
      CertificateSpec spec,
      Optional<Generation> live,
      String reason,
      Slack slack,
      boolean insist,
      IssuanceProgress progress)
      throws IssuanceException {
    return issuers.ask(
        plan.orders(spec, live),
        () -> atWork(spec),
        slack,
        insist,
        progress,
        (order, instead) ->
            issue(
                counted(plan, spec, order, insist),
                order,
                spec,
                live,
                instead.map(why -> reason + "; a fallback, since " + why).orElse(reason),
                progress));
  }

  private CertificateIssuer counted(
      RenewalPlan plan, CertificateSpec spec, PlannedOrder order, boolean insist)
      throws IssuanceException {
    CertificateIssuer issuer = plan.issuers().get(order.issuer());
    if (issuer == null) {
      throw new IssuanceException(
          new Misconfigured(
              "certificates." + spec.id() + ".issuer", "there is no issuer " + order.issuer()));
    }
    return new CountedIssuer(issuer, orders, order, insist);
  }

  private Generation issue(
      CertificateIssuer issuer,
      PlannedOrder order,
      CertificateSpec spec,
      Optional<Generation> live,
      String reason,
      IssuanceProgress progress)
      throws IssuanceException {
    String name = order.issuer();
    progress.step("asking issuer " + name + " for a certificate, because " + reason);
    try {
      long newest = newest(spec.id());
      List<HeldCertificate> issued = new ArrayList<>();
      for (KeyAlgorithm algorithm : spec.keys()) {
        issued.add(issuer.issue(drafts.request(spec, algorithm, name, live, newest), progress));
      }
      return store(spec, issued, name, reason, progress);
    } catch (StoreException e) {
      throw new IssuanceException(new NotStored(String.valueOf(e.getMessage())), e);
    }
  }

  /** Stores what was brought. */
  Generation store(Brought brought, IssuanceProgress progress) throws IssuanceException {
    return store(
        brought.spec(),
        brought.certificates(),
        brought.spec().issuer(),
        brought.reason(),
        progress);
  }

  private Generation store(
      CertificateSpec spec,
      List<HeldCertificate> certificates,
      String issuer,
      String reason,
      IssuanceProgress progress)
      throws IssuanceException {
    progress.step("storing the new certificate");
    try {
      long next = newest(spec.id()) + 1;
      journal.update(spec.id(), entry -> entry.storing(next)); // found again after a kill
      Generation stored = store.append(spec.id(), certificates, issuer, reason);
      settled(spec.id());
      return stored;
    } catch (StoreException e) {
      throw new IssuanceException(new NotStored(String.valueOf(e.getMessage())), e);
    }
  }

  /** Whether something is placed for {@code spec} that has not come to its end. */
  boolean isPlaced(CertificateSpec spec) {
    return !atWork(spec).issuers().isEmpty();
  }

  /** Forgets what was begun for certificates that are not among {@code wanted}. */
  void retain(Set<CertificateId> wanted) {
    drafts.retain(wanted);
  }

  /** Where it is ordered already. */
  OrdersAtWork atWork(CertificateSpec spec) {
    try {
      return drafts.atWork(spec, newest(spec.id()));
    } catch (StoreException e) {
      log.warn("certificate {}: {}", spec.id(), e.getMessage());
      return OrdersAtWork.NONE;
    }
  }

  /** What was asked for is stored; what remains of the asking is removed. */
  void settled(CertificateId id) {
    try {
      drafts.close(id);
    } catch (IssuanceException e) {
      log.warn("certificate {}: {}", id, e.getMessage()); // and is stale, since it is older
    }
  }

  private long newest(CertificateId id) throws StoreException {
    List<Long> numbers = store.generations(id);
    return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
  }
}
