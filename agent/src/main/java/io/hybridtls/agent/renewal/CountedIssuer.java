package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.certstore.model.HeldCertificate;

/**
 * An issuer whose orders are counted; one that was placed before is not counted again, unless
 * another takes its place.
 */
record CountedIssuer(
    CertificateIssuer issuer, CountedOrders orders, PlannedOrder order, boolean insist)
    implements CertificateIssuer {

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    if (request.placed().isPresent()) {
      ResumedRequest resumed = new ResumedRequest(request, orders, order, insist);
      return orders.resume(
          order,
          resumed::placedAnew,
          () -> request.placed().isPresent(),
          () -> issuer.issue(resumed, progress));
    }
    return orders.place(
        order, insist, () -> request.placed().isPresent(), () -> issuer.issue(request, progress));
  }
}
