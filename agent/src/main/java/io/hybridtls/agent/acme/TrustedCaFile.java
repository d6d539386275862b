package io.hybridtls.agent.acme;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A PEM file with the only roots that a private ACME server's certificate may lead to. */
final class TrustedCaFile {

  private TrustedCaFile() {}

  /**
   * Reads {@code file} into a TLS context for clients.
   *
   * @throws IOException when the file cannot be read; the message names it
   * @throws GeneralSecurityException when it holds no certificate
   */
  static SSLContext read(Path file) throws IOException, GeneralSecurityException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    int number = 0;
    for (Certificate certificate : certificatesIn(file)) {
      roots.setCertificateEntry("root-" + number++, certificate);
    }
    if (number == 0) {
      throw new CertificateException(file + " holds no certificate");
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static Collection<? extends Certificate> certificatesIn(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }
}
