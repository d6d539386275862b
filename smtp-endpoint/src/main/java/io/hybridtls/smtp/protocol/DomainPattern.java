package io.hybridtls.smtp.protocol;

import io.hybridtls.certstore.model.DnsName;

/**
 * The domains that a connector serves: one domain; {@code *.contoso.com}, that domain and all under
 * it; or {@code *}, every domain.
 */
public sealed interface DomainPattern {

  /** One domain and nothing under it. */
  record Exact(DnsName domain) implements DomainPattern {
    @Override
    public boolean matches(DnsName name) {
      return name.equals(domain);
    }

    @Override
    public int specificity() {
      return Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
      return domain.value();
    }
  }

  /** A domain and everything under it. */
  record Within(DnsName domain) implements DomainPattern {
    @Override
    public boolean matches(DnsName name) {
      return name.isWithin(domain);
    }

    @Override
    public int specificity() {
      return domain.value().length();
    }

    @Override
    public String toString() {
      return "*." + domain;
    }
  }

  /** Every domain. */
  record Any() implements DomainPattern {
    @Override
    public boolean matches(DnsName name) {
      return true;
    }

    @Override
    public int specificity() {
      return 0;
    }

    @Override
    public String toString() {
      return "*";
    }
  }

  boolean matches(DnsName name);

  /** Among patterns that match a name, the one with the highest value is the most specific. */
  int specificity();

  /**
   * Reads a pattern as configured.
   *
   * @throws IllegalArgumentException when it is none of the three forms
   */
  static DomainPattern of(String text) {
    if (text.equals("*")) {
      return new Any();
    }
    DnsName name = DnsName.of(text);
    return name.isWildcard() ? new Within(name.withoutWildcard()) : new Exact(name);
  }
}
