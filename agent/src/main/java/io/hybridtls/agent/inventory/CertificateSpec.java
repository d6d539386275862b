package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.util.List;
import java.util.Set;

/**
 * A certificate that should exist.
 *
 * @param names at least one; the first is the common name where one is asked for
 * @param issuer the configured issuer's name
 */
public record CertificateSpec(
    CertificateId id,
    List<DnsName> names,
    String issuer,
    KeyAlgorithm key,
    Set<CertificateRole> roles) {

  public CertificateSpec {
    names = List.copyOf(names);
    roles = Set.copyOf(roles);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("certificate " + id + " has no name");
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("certificate " + id + " has no role");
    }
  }
}
