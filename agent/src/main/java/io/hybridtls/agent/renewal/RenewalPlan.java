package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateInventory;
import java.util.Map;

/**
 * What should exist and who signs it, as configured at one moment; a reload makes a new one.
 *
 * @param issuers by the name that {@code CertificateSpec#issuer()} uses
 */
public record RenewalPlan(CertificateInventory inventory, Map<String, CertificateIssuer> issuers) {

  public RenewalPlan {
    issuers = Map.copyOf(issuers);
  }
}
