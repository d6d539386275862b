package io.hybridtls.agent.chain;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the way from a leaf to a root among certificates that come in any order. Where there are
 * several, as with cross-signed CAs, one that is complete wins, then the longest: peers with old
 * roots need it, and it does the others no harm. Pure: the order of what is given does not matter.
 */
public final class ChainAssembly {

  /** No real chain is longer, and no tangle of cross-signed CAs is searched for longer. */
  private static final int MAX_LENGTH = 8;

  private final List<X509Certificate> given;
  private final TrustedRoots roots;
  private final Comparator<List<X509Certificate>> preference;

  /**
   * @param given whatever may be on the way, in any order
   * @param roots at which a way may end without its root
   */
  public ChainAssembly(Collection<X509Certificate> given, TrustedRoots roots, Instant now) {
    this.given = given.stream().distinct().toList();
    this.roots = roots;
    this.preference =
        Comparator.comparing(this::isComplete)
            .thenComparing(path -> path.stream().allMatch(link -> isValid(link, now)))
            .thenComparing(path -> withoutRoot(path).size())
            .thenComparing(
                path -> path.stream().map(CertificateNames::fingerprint).toList().toString());
  }

  /**
   * The way from {@code leaf}, leaf first, up to a root or to what a trusted root has signed.
   *
   * @throws IncompleteChainException when the certificate of an issuer on the way is missing
   */
  public List<X509Certificate> of(X509Certificate leaf) throws IncompleteChainException {
    List<List<X509Certificate>> paths = new ArrayList<>();
    extend(List.of(leaf), paths);
    List<X509Certificate> best = Collections.max(paths, preference);
    if (!isComplete(best)) {
      throw missing(best.get(best.size() - 1));
    }
    return best;
  }

  /**
   * {@code way} as a TLS peer sends it: without the root, which a peer that trusts it has (RFC
   * 8446, section 4.4.2), unless it has signed the leaf itself.
   */
  public static List<X509Certificate> withoutRoot(List<X509Certificate> way) {
    int last = way.size() - 1;
    return last > 1 && isSelfSigned(way.get(last)) ? way.subList(0, last) : way;
  }

  private void extend(List<X509Certificate> path, List<List<X509Certificate>> found) {
    X509Certificate last = path.get(path.size() - 1);
    List<X509Certificate> issuers =
        isSelfSigned(last) || path.size() == MAX_LENGTH
            ? List.of()
            : given.stream()
                .filter(candidate -> !path.contains(candidate))
                .filter(candidate -> TrustedRoots.hasSigned(candidate, last))
                .toList();
    if (issuers.isEmpty()) {
      found.add(path);
    }
    for (X509Certificate issuer : issuers) {
      List<X509Certificate> longer = new ArrayList<>(path);
      longer.add(issuer);
      extend(List.copyOf(longer), found);
    }
  }

  private boolean isComplete(List<X509Certificate> path) {
    X509Certificate last = path.get(path.size() - 1);
    return isSelfSigned(last) || roots.endAt(last);
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return now.isBefore(certificate.getNotAfter().toInstant())
        && !now.isBefore(certificate.getNotBefore().toInstant());
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return TrustedRoots.hasSigned(certificate, certificate);
  }

  private static IncompleteChainException missing(X509Certificate last) {
    Optional<String> url = CertificateNames.issuerUrl(last);
    return new IncompleteChainException(
        "the chain ends at "
            + CertificateNames.subject(last)
            + ", whose issuer "
            + CertificateNames.issuer(last)
            + " was not given; add its certificate"
            + url.map(where -> " (AIA says " + where + ")").orElse(""));
  }
}
