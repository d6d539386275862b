package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.Wait;
import io.hybridtls.agent.renewal.IssuanceFailure.LimitReached;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Instant;

/**
 * Why an issuer is left alone for now.
 *
 * @param binding whether asking all the same would go against what the CA demands or grants; when
 *     not, it is only of little use, and better than nothing
 * @param failure what it is to a certificate that goes without an order by it
 */
public record IssuerRest(Instant until, String reason, boolean binding, IssuanceFailure failure) {

  /** Another order would go beyond what the CA grants for these names. */
  static IssuerRest limited(Wait wait) {
    return new IssuerRest(
        wait.until(), wait.reason(), true, new LimitReached(wait.until(), wait.reason()));
  }

  /** The CA has asked for patience with every order. */
  static IssuerRest busy(RateLimited demand) {
    return new IssuerRest(demand.until(), demand.describe(), true, demand);
  }

  /** The CA could not be reached lately. */
  static IssuerRest silent(Instant until, String reason) {
    return new IssuerRest(until, reason, false, new Unreachable(reason));
  }
}
