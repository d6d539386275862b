package io.hybridtls.agent.ratelimit;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** An order as far as limits count it. Immutable. */
public final class PlannedOrder {

  private final String issuer;
  private final IssuerTerms terms;
  private final List<String> names;
  private final boolean replaces;
  private final Set<String> domains;
  private final String nameSet;

  /**
   * Makes the value.
   *
   * @param issuer whose account places it
   * @param names of the certificate, in any order; DNS names and IP addresses
   * @param replaces whether it names the certificate that it replaces (RFC 9773, section 5): the CA
   *     exempts it from all limits
   */
  public PlannedOrder(
      String issuer, IssuerTerms terms, Collection<String> names, boolean replaces) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("an order needs a name");
    }
    this.issuer = issuer;
    this.terms = terms;
    this.names = List.copyOf(new TreeSet<>(names));
    this.replaces = replaces;
    this.domains = domains(this.names);
    this.nameSet = nameSet(this.names);
  }

  public String issuer() {
    return issuer;
  }

  public IssuerTerms terms() {
    return terms;
  }

  /** Sorted. */
  public List<String> names() {
    return names;
  }

  public boolean replaces() {
    return replaces;
  }

  /** The same order without the certificate that it replaces: limits count it. */
  public PlannedOrder replacingNothing() {
    return new PlannedOrder(issuer, terms, names, false);
  }

  /** The domains that the names are registered under. */
  Set<String> domains() {
    return domains;
  }

  /** The very set of names, as one text. */
  String nameSet() {
    return nameSet;
  }

  static Set<String> domains(Collection<String> names) {
    Set<String> domains = new TreeSet<>();
    names.forEach(name -> domains.add(RegisteredDomain.of(name)));
    return Collections.unmodifiableSet(domains);
  }

  /** The text for names that are sorted. */
  static String nameSet(List<String> sorted) {
    return String.join(",", sorted);
  }

  @Override
  public String toString() {
    return issuer + " for " + nameSet;
  }
}
