package io.hybridtls.agent.admin;

import io.hybridtls.agent.imported.ImportedSource;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What requests about certificates look into: what is configured, stored, and live. */
public final class ManagedCertificates {

  private final Supplier<RenewalPlan> plan;
  private final CertificateStore store;
  private final LiveCertificates live;

  /**
   * @param plan what is configured now
   */
  public ManagedCertificates(
      Supplier<RenewalPlan> plan, CertificateStore store, LiveCertificates live) {
    this.plan = plan;
    this.store = store;
    this.live = live;
  }

  CertificateStore store() {
    return store;
  }

  Optional<Generation> live(CertificateId id) {
    return live.snapshot().find(id);
  }

  Optional<CertificateSpec> find(CertificateId id) {
    return plan.get().inventory().find(id);
  }

  CertificateSpec require(CertificateId id) {
    return find(id).orElseThrow(() -> unknown(id, plan.get().inventory().ids()));
  }

  /** Sorted; configured or stored. */
  Collection<CertificateId> ids() {
    Collection<CertificateId> ids = new TreeSet<>(plan.get().inventory().ids());
    try {
      ids.addAll(store.ids());
      return ids;
    } catch (StoreException e) {
      throw failed(e);
    }
  }

  /** Who signs, by the issuer's name; empty for a source that nobody asks. */
  Optional<CertificateIssuer> issuer(String name) {
    return Optional.ofNullable(plan.get().issuers().get(name));
  }

  /** The names of the issuers that {@code wanted} applies to, sorted. */
  Collection<String> issuers(Predicate<CertificateIssuer> wanted) {
    return plan.get().issuers().entrySet().stream()
        .filter(issuer -> wanted.test(issuer.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Where {@code spec}'s certificates are imported from. */
  ImportedSource requireImported(CertificateSpec spec) {
    if (plan.get().sources().get(spec.issuer()) instanceof ImportedSource source) {
      return source;
    }
    throw new RefusedRequestException(
        RefusedRequestException.USAGE,
        "certificate "
            + spec.id()
            + " comes from issuer "
            + spec.issuer()
            + ", which the agent asks itself; to bring one, let its issuer be one of type"
            + " imported");
  }

  /** The generation that is named, or else the live one. */
  Generation generation(CertificateId id, Optional<Long> number) {
    try {
      Optional<Generation> found =
          number.isPresent() ? store.find(id, number.get()) : live(id).or(() -> active(id));
      return found.orElseThrow(
          () ->
              new RefusedRequestException(
                  RefusedRequestException.USAGE, "there is no " + name(id, number)));
    } catch (StoreException e) {
      throw failed(e);
    }
  }

  static RefusedRequestException failed(StoreException e) {
    return new RefusedRequestException(
        RefusedRequestException.FAILED, String.valueOf(e.getMessage()));
  }

  static RefusedRequestException unknown(CertificateId id, Collection<CertificateId> known) {
    return new RefusedRequestException(
        RefusedRequestException.USAGE, AskedCertificates.unknown(id.value(), known));
  }

  private Optional<Generation> active(CertificateId id) {
    try {
      return store.active(id);
    } catch (StoreException e) {
      throw failed(e);
    }
  }

  private static String name(CertificateId id, Optional<Long> number) {
    return number
        .map(n -> "generation " + id + "/" + n)
        .orElse("certificate \"" + id + "\" that is or was in use");
  }
}
