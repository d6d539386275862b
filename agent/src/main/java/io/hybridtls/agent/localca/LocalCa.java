package io.hybridtls.agent.localca;

import io.hybridtls.agent.http.HttpDocument;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;

/**
 * A private CA: a root that signs nothing but the issuing CA and its own revocation list, and the
 * issuing CA that signs end-entity certificates. Both are made once and kept in a certificate store
 * that belongs to this CA alone. Immutable; safe for any thread.
 */
public final class LocalCa {

  private static final String CERTIFICATE = "application/pkix-cert";
  private static final String REVOCATION_LIST = "application/pkix-crl";
  private static final int PEM_LINE = 64;

  private final LocalCaSettings settings;
  private final Authorities authorities;
  private final InstantSource clock;
  private final SecureRandom random;

  private LocalCa(
      LocalCaSettings settings, Authorities authorities, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.authorities = authorities;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Opens the CA kept in {@code store}, under the ids {@code root} and {@code issuing}; makes what
   * is not there yet.
   *
   * @throws StoreException when the store fails, or holds half a CA that cannot be completed
   */
  public static LocalCa open(
      LocalCaSettings settings, CertificateStore store, InstantSource clock, SecureRandom random)
      throws StoreException {
    Authorities authorities = new AuthorityMaker(settings, store, clock, random).findOrMake();
    return new LocalCa(settings, authorities, clock, random);
  }

  /** The certificate that peers are told to trust. */
  public X509Certificate root() {
    return authorities.root().leaf();
  }

  /** The certificate whose key signs end-entity certificates. */
  public X509Certificate issuing() {
    return authorities.issuing().leaf();
  }

  /** The root as PEM (RFC 7468). */
  public String rootPem() {
    Base64.Encoder base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    return "-----BEGIN CERTIFICATE-----\n"
        + base64.encodeToString(encoded(root()))
        + "\n-----END CERTIFICATE-----\n";
  }

  /**
   * Writes the root as {@code root.pem}, readable by everybody, into {@code directory}.
   *
   * @return the file
   */
  public Path writeRoot(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path temporary = Files.createTempFile(directory, "root", ".tmp");
    try {
      Files.writeString(temporary, rootPem(), StandardCharsets.US_ASCII);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      return Files.move(temporary, directory.resolve("root.pem"), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Whoever signs with the issuing CA's key. */
  public CertificateIssuer issuer() {
    return new LocalCaIssuer(settings, authorities.issuing(), clock, random);
  }

  /** Serves both revocation lists and both certificates from the agent's HTTP listener. */
  public void publishTo(HttpRoutes routes) {
    DistributionPoints points = DistributionPoints.of(settings);
    serve(routes, points.issuingListPath(), new RevocationList(authorities.issuing(), clock));
    serve(routes, points.rootListPath(), new RevocationList(authorities.root(), clock));
    serve(routes, points.rootCertificatePath(), root());
    serve(routes, points.issuingCertificatePath(), issuing());
  }

  private void serve(HttpRoutes routes, String path, RevocationList list) {
    String served = DistributionPoints.of(settings).served(path);
    routes.serve(served, new HttpDocument(REVOCATION_LIST, list::der));
  }

  private void serve(HttpRoutes routes, String path, X509Certificate certificate) {
    String served = DistributionPoints.of(settings).served(path);
    routes.serve(served, HttpDocument.of(CERTIFICATE, encoded(certificate)));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }
}
