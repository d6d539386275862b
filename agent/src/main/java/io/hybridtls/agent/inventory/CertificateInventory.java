package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.CertificateId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The certificates that should exist, by id. Immutable; safe for any thread. */
public final class CertificateInventory {

  private final SortedMap<CertificateId, CertificateSpec> specs;

  private CertificateInventory(SortedMap<CertificateId, CertificateSpec> specs) {
    this.specs = Collections.unmodifiableSortedMap(specs);
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
    return new CertificateInventory(byId);
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
    return other instanceof CertificateInventory inventory && specs.equals(inventory.specs);
  }

  @Override
  public int hashCode() {
    return specs.hashCode();
  }

  @Override
  public String toString() {
    return "CertificateInventory" + specs.values();
  }
}
