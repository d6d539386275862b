package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.SpentShare;
import java.util.List;
import java.util.Optional;

/**
 * How an issuer stands to one certificate.
 *
 * @param rest why it would be passed over now
 * @param spent what is spent of each limit that the order would be counted by
 */
public record IssuerStanding(String issuer, Optional<IssuerRest> rest, List<SpentShare> spent) {

  public IssuerStanding {
    spent = List.copyOf(spent);
  }
}
