package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.certstore.model.HeldCertificate;

/** An issuer whose orders are counted; one that was placed before is not counted again. */
record CountedIssuer(
    CertificateIssuer issuer, CountedOrders orders, PlannedOrder order, boolean insist)
    implements CertificateIssuer {

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    return request.placed().isPresent()
        ? orders.resume(order, () -> issuer.issue(request, progress))
        : orders.place(
            order,
            insist,
            () -> request.placed().isPresent(),
            () -> issuer.issue(request, progress));
  }
}
