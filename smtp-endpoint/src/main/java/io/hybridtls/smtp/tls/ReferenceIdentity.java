package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.DnsName;

/**
 * The name that a peer's certificate must carry (RFC 9525, section 6), with the connectors'
 * wildcard: {@code *.contoso.com} stands for that domain and every name under it.
 */
public record ReferenceIdentity(DnsName name) {

  public static ReferenceIdentity of(String name) {
    return new ReferenceIdentity(DnsName.of(name));
  }

  /**
   * Whether a certificate that carries {@code presented} satisfies this identity. A presented
   * wildcard covers exactly one label (RFC 9525, section 6.3).
   */
  public boolean isSatisfiedBy(DnsName presented) {
    if (name.isWildcard()) {
      return presented.withoutWildcard().isWithin(name.withoutWildcard());
    }
    if (!presented.isWildcard()) {
      return presented.equals(name);
    }
    int dot = name.value().indexOf('.');
    return dot > 0 && name.value().substring(dot + 1).equals(presented.withoutWildcard().value());
  }

  @Override
  public String toString() {
    return name.value();
  }
}
