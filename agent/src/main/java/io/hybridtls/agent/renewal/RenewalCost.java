package io.hybridtls.agent.renewal;

import io.hybridtls.agent.ratelimit.SpentShare;
import java.util.List;

/**
 * What a forced renewal would cost at the first of the certificate's issuers.
 *
 * @param due whether it would be renewed without force, too
 * @param decision why it is due, or is not
 * @param exceeds whether a limit would be exceeded, so that the CA is bound to refuse
 * @param nearlySpent whether four fifths of a limit, or more, would then be spent
 * @param spent how much of each limit is, in words
 */
public record RenewalCost(
    String issuer,
    boolean due,
    String decision,
    boolean exceeds,
    boolean nearlySpent,
    List<String> spent) {

  public RenewalCost {
    spent = List.copyOf(spent);
  }

  static RenewalCost of(Explanation explanation) {
    CertificateStatus status = explanation.status();
    List<SpentShare> spent =
        explanation.issuers().stream().findFirst().map(IssuerStanding::spent).orElse(List.of());
    return new RenewalCost(
        status.spec().issuer(),
        status.decision().isDue(),
        status.decision().reason(),
        spent.stream().anyMatch(SpentShare::isExceededByOneMore),
        spent.stream().anyMatch(SpentShare::isMostlySpentByOneMore),
        spent.stream().map(SpentShare::describe).toList());
  }
}
