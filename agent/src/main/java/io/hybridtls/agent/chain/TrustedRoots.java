package io.hybridtls.agent.chain;

import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustRootsReader;
import io.hybridtls.smtp.tls.TrustSource;
import io.hybridtls.smtp.tls.TrustSource.CaFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The roots that peers have already, so that a chain may end below one of them. */
public final class TrustedRoots {

  private final List<X509Certificate> roots;

  private TrustedRoots(List<X509Certificate> roots) {
    this.roots = List.copyOf(roots);
  }

  /** These alone. */
  public static TrustedRoots of(List<X509Certificate> roots) {
    return new TrustedRoots(roots);
  }

  /**
   * Those that Java ships, and those in {@code file}. Blocks on I/O.
   *
   * @throws IOException when the file cannot be read, or holds no certificate
   */
  public static TrustedRoots read(Optional<Path> file) throws IOException {
    List<TrustSource> sources = new ArrayList<>(List.of(TrustSource.systemRoots()));
    file.map(CaFile::new).ifPresent(sources::add);
    TrustRoots read = new TrustRootsReader(name -> List.of()).read(sources);
    return new TrustedRoots(
        sources.stream()
            .flatMap(source -> read.of(source).stream())
            .map(TrustAnchor::getTrustedCert)
            .toList());
  }

  /** Whether one of them is {@code certificate}, or signed it. */
  boolean endAt(X509Certificate certificate) {
    return roots.stream()
        .anyMatch(root -> root.equals(certificate) || hasSigned(root, certificate));
  }

  /** Whether {@code issuer} is who {@code certificate} names, and its signature says so too. */
  static boolean hasSigned(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
