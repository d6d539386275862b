package io.hybridtls.agent.ratelimit;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An order as far as limits count it.
 *
 * @param issuer whose account places it
 * @param names of the certificate, sorted; DNS names and IP addresses
 * @param replaces whether it names the certificate that it replaces (RFC 9773, section 5): the CA
 *     exempts it from all limits
 */
public record PlannedOrder(
    String issuer, IssuerTerms terms, List<String> names, boolean replaces) {

  public PlannedOrder {
    names = sorted(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("an order needs a name");
    }
  }

  /** The domains that the names are registered under. */
  Set<String> domains() {
    Set<String> domains = new TreeSet<>();
    names.forEach(name -> domains.add(RegisteredDomain.of(name)));
    return domains;
  }

  /** The very set of names, as one text. */
  String nameSet() {
    return String.join(",", names);
  }

  private static List<String> sorted(Collection<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }
}
