package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.certstore.model.HeldCertificate;

/** An issuer whose orders are counted when they are placed, and settled when they end. */
record CountedIssuer(
    CertificateIssuer issuer, CountedOrders orders, PlannedOrder order, boolean insist)
    implements CertificateIssuer {

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    CountedRequest counted = new CountedRequest(request, orders, order, insist);
    return orders.settled(
        order,
        counted::written,
        () -> request.placed().isPresent(),
        () -> issuer.issue(counted, progress));
  }
}
