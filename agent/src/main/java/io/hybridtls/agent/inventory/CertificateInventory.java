package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.CertificateId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The certificates that should exist, by id. Immutable; safe for any thread. */
public final class CertificateInventory {

  private final SortedMap<CertificateId, CertificateSpec> specs;
  private final Map<CertificateId, RenewalHours> hours;

  private CertificateInventory(
      SortedMap<CertificateId, CertificateSpec> specs, Map<CertificateId, RenewalHours> hours) {
    this.specs = Collections.unmodifiableSortedMap(specs);
    this.hours = Map.copyOf(hours);
  }

  /**
   * Takes the specs in any order.
   *
   * @throws IllegalArgumentException when two specs have one id
   */
  public static CertificateInventory of(Collection<CertificateSpec> specs) {
    SortedMap<CertificateId, CertificateSpec> byId = new TreeMap<>();
    for (CertificateSpec spec : specs) {
      if (byId.put(spec.id(), spec) != null) {
        throw new IllegalArgumentException("certificate " + spec.id() + " is configured twice");
      }
    }
    return new CertificateInventory(byId, Map.of());
  }

  /** The same certificates, of which those in {@code restricted} are renewed in their hours. */
  public CertificateInventory withHours(Map<CertificateId, RenewalHours> restricted) {
    return new CertificateInventory(specs, restricted);
  }

  /** When {@code id} may be renewed. */
  public RenewalHours hours(CertificateId id) {
    return hours.getOrDefault(id, RenewalHours.ALWAYS);
  }

  /** Sorted by id. */
  public List<CertificateSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** Sorted. */
  public Set<CertificateId> ids() {
    return specs.keySet();
  }

  /** Empty when the configuration does not name {@code id}. */
  public Optional<CertificateSpec> find(CertificateId id) {
    return Optional.ofNullable(specs.get(id));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CertificateInventory inventory
        && specs.equals(inventory.specs)
        && hours.equals(inventory.hours);
  }

  @Override
  public int hashCode() {
    return 31 * specs.hashCode() + hours.hashCode();
  }

  @Override
  public String toString() {
    return "CertificateInventory" + specs.values();
  }
}
