package io.hybridtls.agent.imported;

import io.hybridtls.agent.imported.Given.GivenCertificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the way from a leaf to a root among certificates that come in any order. Where there are
 * several, as with cross-signed CAs, one that is complete wins, then the longest: peers with old
 * roots need it, and it does the others no harm. Pure: the order of what is given does not matter.
 */
final class ChainAssembly {

  /** No real chain is longer, and no tangle of cross-signed CAs is searched for longer. */
  private static final int MAX_LENGTH = 8;

  private final List<X509Certificate> given;
  private final TrustedRoots roots;
  private final Comparator<List<X509Certificate>> preference;

  ChainAssembly(List<GivenCertificate> given, TrustedRoots roots, Instant now) {
    this.given = given.stream().map(GivenCertificate::certificate).distinct().toList();
    this.roots = roots;
    this.preference =
        Comparator.comparing(this::isComplete)
            .thenComparing(path -> path.stream().allMatch(link -> isValid(link, now)))
            .thenComparing(List::size)
            .thenComparing(
                path -> path.stream().map(Certificates::fingerprint).toList().toString());
  }

  /**
   * The way from {@code leaf}, leaf first, up to a root or to what a trusted root has signed.
   *
   * @throws UnusableFilesException when the certificate of an issuer on the way is missing
   */
  List<X509Certificate> of(X509Certificate leaf) throws UnusableFilesException {
    List<List<X509Certificate>> paths = new ArrayList<>();
    extend(List.of(leaf), paths);
    List<X509Certificate> best = Collections.max(paths, preference);
    if (!isComplete(best)) {
      throw missing(best.get(best.size() - 1));
    }
    return best;
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

  static boolean isSelfSigned(X509Certificate certificate) {
    return TrustedRoots.hasSigned(certificate, certificate);
  }

  private static UnusableFilesException missing(X509Certificate last) {
    Optional<String> url = Names.issuerUrl(last);
    return new UnusableFilesException(
        "the chain ends at "
            + Names.subject(last)
            + ", whose issuer "
            + Names.issuer(last)
            + " was not given; add its certificate"
            + url.map(where -> " (AIA says " + where + ")").orElse(""));
  }
}
