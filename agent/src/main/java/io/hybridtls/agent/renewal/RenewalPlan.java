package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import java.util.Map;
import java.util.Optional;

/**
 * What should exist and who signs it, as configured at one moment; a reload makes a new one.
 *
 * @param issuers by the name that {@code CertificateSpec#issuer()} uses
 * @param sources the same, of what is not signed for us but brought
 */
public record RenewalPlan(
    CertificateInventory inventory,
    Map<String, CertificateIssuer> issuers,
    Map<String, CertificateSource> sources) {

  public RenewalPlan {
    issuers = Map.copyOf(issuers);
    sources = Map.copyOf(sources);
  }

  /** Without anything that is brought. */
  public RenewalPlan(CertificateInventory inventory, Map<String, CertificateIssuer> issuers) {
    this(inventory, issuers, Map.of());
  }

  /** Where the certificate comes from that is brought; empty for one that is issued. */
  Optional<CertificateSource> sourceOf(CertificateSpec spec) {
    return Optional.ofNullable(sources.get(spec.issuer()));
  }
}
