package io.hybridtls.smtp.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Reads trust sources. Blocks on I/O. */
public final class TrustRootsReader {

  private final Function<String, List<X509Certificate>> localIssuers;
  private final Supplier<Set<RevokedCertificate>> revoked;

  /**
   * Makes a reader.
   *
   * @param localIssuers gives the roots of a private CA by its issuer's name
   * @param revoked gives what the private CAs have revoked
   */
  public TrustRootsReader(
      Function<String, List<X509Certificate>> localIssuers,
      Supplier<Set<RevokedCertificate>> revoked) {
    this.localIssuers = localIssuers;
    this.revoked = revoked;
  }

  /** Makes a reader for where nothing is revoked. */
  public TrustRootsReader(Function<String, List<X509Certificate>> localIssuers) {
    this(localIssuers, Set::of);
  }

  /**
   * Reads every source.
   *
   * @throws IOException when a file cannot be read or holds no certificate; the message names it
   */
  public TrustRoots read(Collection<TrustSource> sources) throws IOException {
    Map<TrustSource, Set<TrustAnchor>> anchors = new HashMap<>();
    for (TrustSource source : Set.copyOf(sources)) {
      anchors.put(source, read(source));
    }
    return new TrustRoots(anchors, revoked.get());
  }

  /** {@code known} with what the private CAs say now; files stay as they were read. */
  public TrustRoots withNews(TrustRoots known) {
    Map<TrustSource, Set<TrustAnchor>> anchors = new HashMap<>(known.anchors());
    anchors.replaceAll(
        (source, roots) ->
            source instanceof TrustSource.LocalIssuer local
                ? renewed(roots, localIssuers.apply(local.issuer()))
                : roots);
    return new TrustRoots(anchors, revoked.get());
  }

  /** Anchors are equal to themselves alone, and those that stay are to be equal. */
  private static Set<TrustAnchor> renewed(Set<TrustAnchor> known, List<X509Certificate> now) {
    List<X509Certificate> before = known.stream().map(TrustAnchor::getTrustedCert).toList();
    return Set.copyOf(before).equals(Set.copyOf(now)) ? known : anchors(now);
  }

  private Set<TrustAnchor> read(TrustSource source) throws IOException {
    if (source instanceof TrustSource.CaFile file) {
      return anchors(readPem(file.file()));
    }
    if (source instanceof TrustSource.LocalIssuer local) {
      return anchors(localIssuers.apply(local.issuer()));
    }
    return anchors(systemRoots());
  }

  private static Collection<X509Certificate> readPem(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new IOException(file + " holds no certificate; give a PEM file with the CA's root");
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          file + " is not a PEM file of certificates: " + e.getMessage() + "; give the CA's root",
          e);
    }
  }

  private static Collection<X509Certificate> systemRoots() throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      @Nullable KeyStore defaults = null;
      factory.init(defaults);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the Java runtime's trusted roots cannot be read: " + e.getMessage(), e);
    }
  }

  private static Set<TrustAnchor> anchors(Collection<X509Certificate> roots) {
    return roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
  }
}
