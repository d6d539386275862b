package io.hybridtls.agent.admin;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Certificates in the forms that other programs read. */
final class PortableIdentity {

  private static final int PEM_LINE = 64;

  private PortableIdentity() {}

  /** PEM (RFC 7468), leaf first. */
  static byte[] pem(List<X509Certificate> chain) {
    Base64.Encoder base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate certificate : chain) {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(base64.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
      return text.toString().getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /** PKCS#12 (RFC 7292) with the key and the chain, as Java encrypts it: AES-256. */
  static byte[] pfx(String alias, HeldCertificate held, String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          alias, held.key(), password.toCharArray(), held.chain().toArray(Certificate[]::new));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, password.toCharArray());
      return out.toByteArray();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java runtime writes PKCS#12", e);
    }
  }
}
