package io.hybridtls.agent.imported;

import io.hybridtls.agent.chain.CertificateNames;
import io.hybridtls.agent.chain.ChainAssembly;
import io.hybridtls.agent.chain.IncompleteChainException;
import io.hybridtls.agent.chain.TrustedRoots;
import io.hybridtls.agent.imported.Given.GivenCertificate;
import io.hybridtls.agent.imported.Given.GivenKey;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.InvalidCertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes identities of keys and certificates that come in any order: a leaf is a certificate that
 * one of the keys belongs to, and whatever leads from it to a root is its chain.
 */
final class Assembly {

  /** RSA before EC, so that the first is the one that every peer can use; then the newest last. */
  private static final Comparator<X509Certificate> KIND_THEN_AGE =
      Comparator.comparing((X509Certificate leaf) -> leaf.getPublicKey().getAlgorithm())
          .reversed()
          .thenComparing(X509Certificate::getNotBefore)
          .thenComparing(CertificateNames::fingerprint);

  private final TrustedRoots roots;
  private final Instant now;

  Assembly(TrustedRoots roots, Instant now) {
    this.roots = roots;
    this.now = now;
  }

  /**
   * Makes one identity for each kind of key that has a certificate: of several, the newest.
   *
   * @param kept keys that were not given and are at hand
   * @throws UnusableFilesException when no key has a certificate, or a chain is not complete
   */
  Assembled of(Given given, List<GivenKey> kept) throws UnusableFilesException {
    if (given.certificates().isEmpty()) {
      throw new UnusableFilesException("no certificate was given");
    }
    ChainAssembly chains =
        new ChainAssembly(
            given.certificates().stream().map(GivenCertificate::certificate).toList(), roots, now);
    List<HeldCertificate> made = new ArrayList<>();
    Set<Object> used = new HashSet<>();
    for (Map.Entry<X509Certificate, GivenKey> leaf : leaves(given, kept).entrySet()) {
      List<X509Certificate> way = way(chains, leaf.getKey());
      used.addAll(way);
      used.add(leaf.getValue());
      made.add(held(leaf.getValue(), ChainAssembly.withoutRoot(way)));
    }
    return new Assembled(made, leftOut(given, used));
  }

  private static Map<X509Certificate, GivenKey> leaves(Given given, List<GivenKey> kept)
      throws UnusableFilesException {
    List<GivenKey> keys = given.keys().isEmpty() ? kept : given.keys();
    Map<X509Certificate, GivenKey> pairs = new LinkedHashMap<>();
    given.certificates().stream()
        .map(GivenCertificate::certificate)
        .sorted(KIND_THEN_AGE)
        .forEach(leaf -> keyOf(leaf, keys).ifPresent(key -> pairs.put(leaf, key)));
    if (pairs.isEmpty()) {
      throw noPair(given);
    }
    Map<String, X509Certificate> newest = new LinkedHashMap<>();
    pairs.keySet().forEach(leaf -> newest.put(leaf.getPublicKey().getAlgorithm(), leaf));
    pairs.keySet().retainAll(newest.values());
    return pairs;
  }

  private static Optional<GivenKey> keyOf(X509Certificate leaf, List<GivenKey> keys) {
    return keys.stream().filter(key -> isPair(key, leaf)).findFirst();
  }

  private static boolean isPair(GivenKey key, X509Certificate leaf) {
    try {
      return HeldCertificate.of(key.key(), List.of(leaf)).leaf().equals(leaf);
    } catch (InvalidCertificateException e) {
      return false;
    }
  }

  private static UnusableFilesException noPair(Given given) {
    String certificates =
        given.certificates().stream()
            .map(GivenCertificate::describe)
            .collect(Collectors.joining(", "));
    if (given.keys().isEmpty()) {
      return new UnusableFilesException(
          "no private key was given, and none that the agent keeps belongs to "
              + certificates
              + "; give the key, too");
    }
    String places = given.keys().stream().map(GivenKey::place).collect(Collectors.joining(", "));
    return new UnusableFilesException(
        "the private key in "
            + places
            + " belongs to none of the certificates that were given: "
            + certificates);
  }

  private static List<X509Certificate> way(ChainAssembly chains, X509Certificate leaf)
      throws UnusableFilesException {
    try {
      return chains.of(leaf);
    } catch (IncompleteChainException e) {
      throw new UnusableFilesException(String.valueOf(e.getMessage()), e);
    }
  }

  private static HeldCertificate held(GivenKey key, List<X509Certificate> chain)
      throws UnusableFilesException {
    try {
      return HeldCertificate.of(key.key(), chain);
    } catch (InvalidCertificateException e) {
      throw new UnusableFilesException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> leftOut(Given given, Set<Object> used) {
    Stream<String> certificates =
        given.certificates().stream()
            .filter(one -> !used.contains(one.certificate()))
            .map(GivenCertificate::describe);
    Stream<String> keys =
        given.keys().stream()
            .filter(one -> !used.contains(one))
            .map(one -> "the private key in " + one.place());
    return Stream.concat(certificates, keys).distinct().toList();
  }
}
