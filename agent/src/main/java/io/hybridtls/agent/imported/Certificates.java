package io.hybridtls.agent.imported;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;

/** Certificates from their encodings. */
final class Certificates {

  private Certificates() {}

  /** One certificate, with nothing before or after it. */
  static X509Certificate ofDer(byte[] der, String place) throws UnusableFilesException {
    try {
      return of(new X509CertificateHolder(der));
    } catch (IOException | CertificateException e) {
      throw new UnusableFilesException(place + " is not a certificate", e);
    }
  }

  /** The certificates in a "certs-only" message (RFC 5652, section 5; {@code .p7b}). */
  static List<X509Certificate> ofPkcs7(byte[] der, String place) throws UnusableFilesException {
    try {
      List<X509Certificate> all = new ArrayList<>();
      for (X509CertificateHolder holder :
          new CMSSignedData(der).getCertificates().getMatches(null)) {
        all.add(of(holder));
      }
      return all;
    } catch (CMSException | CertificateException e) {
      throw new UnusableFilesException(place + " is not a PKCS#7 file with certificates", e);
    }
  }

  static X509Certificate of(X509CertificateHolder holder) throws CertificateException {
    return new JcaX509CertificateConverter().getCertificate(holder);
  }
}
