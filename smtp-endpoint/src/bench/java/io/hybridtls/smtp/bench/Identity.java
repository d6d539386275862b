package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.InvalidCertificateException;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.util.io.pem.PemGenerationException;

/**
 * A key and its chain in one PEM file, which both servers read.
 *
 * @param file the key, then the chain, leaf first
 */
record Identity(HeldCertificate certificate, Path file) {

  static Identity write(HeldCertificate certificate, Path file) {
    List<Object> objects = new ArrayList<>();
    try {
      objects.add(new JcaPKCS8Generator(certificate.key(), null));
    } catch (PemGenerationException e) {
      throw new IllegalStateException("a key that was just made has an encoding", e);
    }
    objects.addAll(certificate.chain());
    return new Identity(certificate, TestCa.writePem(file, objects));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when {@code file} is not such a file
   */
  static Identity read(Path file) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    PrivateKey key = null;
    try (Reader text = Files.newBufferedReader(file);
        PEMParser pem = new PEMParser(text)) {
      for (Object object = pem.readObject(); object != null; object = pem.readObject()) {
        if (object instanceof PrivateKeyInfo info) {
          key = new JcaPEMKeyConverter().getPrivateKey(info);
        } else if (object instanceof X509CertificateHolder holder) {
          chain.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
      if (key == null) {
        throw new IOException(file + " holds no key");
      }
      return new Identity(HeldCertificate.of(key, chain), file);
    } catch (CertificateException | InvalidCertificateException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
