package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.RenewalRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a certificate is renewed when it is, and what comes next.
 *
 * @param unfinished whether an earlier attempt is brought to its end although it is not due
 * @param rules each with what it says; none when no certificate is held
 * @param issuers in the order in which they are asked
 * @param now the instant of which all this is true
 */
public record Explanation(
    CertificateStatus status,
    boolean unfinished,
    List<RenewalRule> rules,
    List<IssuerStanding> issuers,
    Instant now) {

  public Explanation {
    rules = List.copyOf(rules);
    issuers = List.copyOf(issuers);
  }

  /** What it would cost to renew all the same. */
  public RenewalCost cost() {
    return RenewalCost.of(this);
  }

  /** What the agent does next, in words, each its own step. */
  public List<String> next(Optional<Instant> look) {
    return new NextSteps(this, look).inWords();
  }
}
