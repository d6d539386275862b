package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.certstore.model.Generation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What should exist and who signs it, as configured at one moment; a reload makes a new one.
 *
 * @param issuers by the name that {@code CertificateSpec#issuer()} uses
 * @param terms what each issuer is asked for at most, by the same name
 * @param sources where certificates come from, by the same name, of what is not signed for us but
 *     brought
 */
public record RenewalPlan(
    CertificateInventory inventory,
    Map<String, CertificateIssuer> issuers,
    Map<String, IssuerTerms> terms,
    Map<String, CertificateSource> sources) {

  public RenewalPlan {
    issuers = Map.copyOf(issuers);
    terms = Map.copyOf(terms);
    sources = Map.copyOf(sources);
  }

  /** With limits, and without anything that is brought. */
  public RenewalPlan(
      CertificateInventory inventory,
      Map<String, CertificateIssuer> issuers,
      Map<String, IssuerTerms> terms) {
    this(inventory, issuers, terms, Map.of());
  }

  /** With issuers of which no limits are known. */
  public RenewalPlan(CertificateInventory inventory, Map<String, CertificateIssuer> issuers) {
    this(inventory, issuers, Map.of());
  }

  IssuerTerms terms(String issuer) {
    IssuerTerms known = terms.get(issuer);
    return known == null ? IssuerTerms.unlimited(issuer) : known;
  }

  /**
   * The order that {@code spec} would be at each of its issuers, the first choice first.
   *
   * @param live what it would take the place of
   */
  List<PlannedOrder> orders(CertificateSpec spec, Optional<Generation> live) {
    return spec.issuers().stream().map(issuer -> order(issuer, spec, live)).toList();
  }

  private PlannedOrder order(String name, CertificateSpec spec, Optional<Generation> live) {
    CertificateIssuer issuer = issuers.get(name);
    boolean replaces =
        issuer != null && live.filter(held -> issuer.replaces(spec, held)).isPresent();
    return new PlannedOrder(name, terms(name), spec.identifiers(), replaces);
  }

  /** Where the certificate comes from that is brought; empty for one that is issued. */
  Optional<CertificateSource> sourceOf(CertificateSpec spec) {
    return Optional.ofNullable(sources.get(spec.issuer()));
  }
}
