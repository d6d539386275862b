package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalCost;
import io.hybridtls.certstore.model.CertificateId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What it would cost to renew certificates by force, before anybody does. Changes nothing. */
public final class RenewalCostResource implements AdminResource {

  private final RenewalCoordinator coordinator;
  private final Supplier<? extends Collection<CertificateId>> configured;

  /**
   * Makes the resource.
   *
   * @param configured the ids that an empty request stands for
   */
  public RenewalCostResource(
      RenewalCoordinator coordinator, Supplier<? extends Collection<CertificateId>> configured) {
    this.coordinator = coordinator;
    this.configured = configured;
  }

  @Override
  public String route() {
    return "GET /v1/renew/cost";
  }

  /** One of {@code costs} for each certificate that is asked for and configured. */
  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    List<Map<String, Object>> costs = new ArrayList<>();
    for (CertificateId id : AskedCertificates.in(parameters, configured.get()).ids()) {
      coordinator.explain(id).ifPresent(explained -> costs.add(asMap(id, explained.cost())));
    }
    return Map.of("costs", costs);
  }

  private static Map<String, Object> asMap(CertificateId id, RenewalCost cost) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("certificate", id.value());
    shown.put("issuer", cost.issuer());
    shown.put("due", cost.due());
    shown.put("decision", cost.decision());
    shown.put("exceeds", cost.exceeds());
    shown.put("nearly-spent", cost.nearlySpent());
    shown.put("spent", cost.spent());
    return shown;
  }
}
