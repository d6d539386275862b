package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A certificate that should exist. With several kinds of key it is several certificates, which are
 * issued, stored and shown together.
 *
 * @param names with the addresses, at least one; the first is the common name where one is asked
 *     for
 * @param issuer the configured issuer's name
 * @param fallbackIssuers who is asked, in order, when the issuer cannot help
 * @param keys at least one kind, none twice; the first is the one for peers that take any
 * @param reuseKey whether the successor is for the same key
 */
public record CertificateSpec(
    CertificateId id,
    List<DnsName> names,
    List<IpAddress> addresses,
    String issuer,
    List<String> fallbackIssuers,
    List<KeyAlgorithm> keys,
    boolean reuseKey,
    Set<CertificateRole> roles) {

  public CertificateSpec {
    names = List.copyOf(names);
    addresses = List.copyOf(addresses);
    fallbackIssuers = List.copyOf(fallbackIssuers);
    keys = List.copyOf(keys);
    roles = Set.copyOf(roles);
    if (names.isEmpty() && addresses.isEmpty()) {
      throw new IllegalArgumentException("certificate " + id + " has no name");
    }
    if (keys.isEmpty() || new HashSet<>(keys).size() < keys.size()) {
      throw new IllegalArgumentException(
          "certificate " + id + " needs one key of each kind, not " + keys);
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("certificate " + id + " has no role");
    }
  }

  /** A certificate with one key, new each time, from one issuer. */
  public CertificateSpec(
      CertificateId id,
      List<DnsName> names,
      String issuer,
      KeyAlgorithm key,
      Set<CertificateRole> roles) {
    this(id, names, List.of(), issuer, List.of(), List.of(key), false, roles);
  }

  /** The first kind of key. */
  public KeyAlgorithm key() {
    return keys.get(0);
  }

  /** The issuer, then those that stand in for it. */
  public List<String> issuers() {
    return Stream.concat(Stream.of(issuer), fallbackIssuers.stream()).toList();
  }

  /** Names and addresses as text, names first, in the order in which they were written. */
  public List<String> identifiers() {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(name.value()));
    addresses.forEach(address -> all.add(address.value()));
    return List.copyOf(all);
  }

  public CertificateSpec withAddresses(List<IpAddress> newAddresses) {
    return new CertificateSpec(
        id, names, newAddresses, issuer, fallbackIssuers, keys, reuseKey, roles);
  }

  public CertificateSpec withFallbackIssuers(List<String> newIssuers) {
    return new CertificateSpec(id, names, addresses, issuer, newIssuers, keys, reuseKey, roles);
  }

  public CertificateSpec withKeys(List<KeyAlgorithm> newKeys) {
    return new CertificateSpec(
        id, names, addresses, issuer, fallbackIssuers, newKeys, reuseKey, roles);
  }

  public CertificateSpec withReusedKey() {
    return new CertificateSpec(id, names, addresses, issuer, fallbackIssuers, keys, true, roles);
  }
}
