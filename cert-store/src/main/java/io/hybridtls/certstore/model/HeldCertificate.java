package io.hybridtls.certstore.model;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.security.auth.x500.X500Principal;

/**
 * A private key with its certificate chain, leaf first. The pair proves itself on construction: the
 * key signs, the leaf verifies, and each certificate is signed by the next. Immutable; safe for any
 * thread.
 */
public final class HeldCertificate {

  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final Set<DnsName> names;

  private HeldCertificate(PrivateKey key, List<X509Certificate> chain, Set<DnsName> names) {
    this.key = key;
    this.chain = chain;
    this.names = names;
  }

  /**
   * Takes a key and its chain, leaf first; a root at the end may be present or absent.
   *
   * @throws InvalidCertificateException when the chain is empty or out of order, or the key does
   *     not belong to the leaf; the message says which
   */
  public static HeldCertificate of(PrivateKey key, List<X509Certificate> chain)
      throws InvalidCertificateException {
    if (chain.isEmpty()) {
      throw new InvalidCertificateException("the chain has no certificate");
    }
    List<X509Certificate> copy = List.copyOf(chain);
    proveOrder(copy);
    if (!SignatureProof.belongTogether(key, copy.get(0).getPublicKey())) {
      throw new InvalidCertificateException("the private key does not belong to the certificate");
    }
    return new HeldCertificate(key, copy, namesOf(copy.get(0)));
  }

  public PrivateKey key() {
    return key;
  }

  /** Leaf first. */
  public List<X509Certificate> chain() {
    return chain;
  }

  public X509Certificate leaf() {
    return chain.get(0);
  }

  /** The leaf's DNS names (RFC 5280, section 4.2.1.6), sorted; the common name is not consulted. */
  public Set<DnsName> names() {
    return names;
  }

  /** The leaf's addresses (RFC 5280, section 4.2.1.6), sorted. */
  public Set<IpAddress> addresses() {
    Set<IpAddress> addresses = new TreeSet<>();
    for (List<?> entry : alternativeNames(leaf())) {
      if (Integer.valueOf(SAN_IP).equals(entry.get(0)) && entry.get(1) instanceof String address) {
        addresses.add(IpAddress.of(address));
      }
    }
    return Collections.unmodifiableSet(addresses);
  }

  public Instant notBefore() {
    return leaf().getNotBefore().toInstant();
  }

  public Instant notAfter() {
    return leaf().getNotAfter().toInstant();
  }

  /** From notBefore to notAfter. */
  public Duration lifetime() {
    return Duration.between(notBefore(), notAfter());
  }

  /** Lower-case hexadecimal, without sign or separators. */
  public String serial() {
    return serialOf(leaf());
  }

  /**
   * SHA-256 of the leaf's SubjectPublicKeyInfo, lower-case hexadecimal (as in a {@code 3 1 1}
   * TLSA).
   */
  public String spkiSha256() {
    return Sha256.hex(leaf().getPublicKey().getEncoded());
  }

  /** SHA-256 of the whole leaf, lower-case hexadecimal. */
  public String fingerprint() {
    try {
      return Sha256.hex(leaf().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /** The roles that the leaf's key purposes allow; both when it names none. */
  public Set<CertificateRole> permittedRoles() {
    return permittedRoles(leaf());
  }

  /** The roles that {@code certificate}'s key purposes allow; both when it names none. */
  public static Set<CertificateRole> permittedRoles(X509Certificate certificate) {
    List<String> purposes;
    try {
      purposes = certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      return EnumSet.noneOf(CertificateRole.class);
    }
    if (purposes == null) {
      return EnumSet.allOf(CertificateRole.class);
    }
    Set<CertificateRole> roles = EnumSet.noneOf(CertificateRole.class);
    for (CertificateRole role : CertificateRole.values()) {
      if (purposes.contains(role.keyPurpose())) {
        roles.add(role);
      }
    }
    return roles;
  }

  /**
   * The DNS names in {@code certificate}'s subjectAltName, sorted; names that do not parse are left
   * out.
   */
  public static Set<DnsName> namesOf(X509Certificate certificate) {
    Set<DnsName> names = new TreeSet<>();
    alternativeNames(certificate).forEach(entry -> dnsNameIn(entry).ifPresent(names::add));
    return Collections.unmodifiableSet(names);
  }

  /** {@code certificate}'s serial number, lower-case hexadecimal. */
  public static String serialOf(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  @Override
  public String toString() {
    return "HeldCertificate[names="
        + names
        + ", serial="
        + serial()
        + ", notAfter="
        + notAfter()
        + ", key=****]";
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
      return entries == null ? List.of() : entries;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static Optional<DnsName> dnsNameIn(List<?> entry) {
    if (!Integer.valueOf(SAN_DNS).equals(entry.get(0)) || !(entry.get(1) instanceof String name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(DnsName.of(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name that no host can have matches nothing
    }
  }

  private static void proveOrder(List<X509Certificate> chain) throws InvalidCertificateException {
    for (int i = 0; i + 1 < chain.size(); i++) {
      X500Principal issuer = chain.get(i).getIssuerX500Principal();
      X509Certificate next = chain.get(i + 1);
      if (!issuer.equals(next.getSubjectX500Principal())) {
        throw new InvalidCertificateException(
            "the chain is out of order: certificate "
                + (i + 1)
                + " was issued by \""
                + issuer
                + "\", but \""
                + next.getSubjectX500Principal()
                + "\" follows it");
      }
      try {
        chain.get(i).verify(next.getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new InvalidCertificateException(
            "certificate " + (i + 1) + " of the chain is not signed by the one that follows it", e);
      }
    }
  }
}
