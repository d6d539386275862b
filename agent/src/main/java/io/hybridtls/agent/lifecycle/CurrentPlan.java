package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.renewal.RenewalPlan;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The renewal plan in force: one volatile reference, replaced whole. */
@Singleton
public final class CurrentPlan implements Supplier<RenewalPlan> {

  private volatile RenewalPlan plan = new RenewalPlan(CertificateInventory.of(List.of()), Map.of());

  @Inject
  CurrentPlan() {}

  @Override
  public RenewalPlan get() {
    return plan;
  }

  void replace(RenewalPlan next) {
    plan = next;
  }
}
