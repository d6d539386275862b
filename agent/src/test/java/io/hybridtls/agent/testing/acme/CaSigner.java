package io.hybridtls.agent.testing.acme;

import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/** Turns orders into certificates, for 90 days unless told otherwise. */
final class CaSigner {

  private static final TestCa CA = TestCa.named("Fault CA");

  private Duration lifetime = Duration.ofDays(90);

  void issueFor(Duration newLifetime) {
    lifetime = newLifetime;
  }

  /**
   * Signs what {@code order} is for.
   *
   * @param csr DER, as base64url
   * @return leaf first, without the root
   */
  List<X509Certificate> sign(CaOrder order, String csr, Instant now, @Nullable Fault fault)
      throws IOException {
    PublicKey key =
        fault == Fault.Misissued.FOR_ANOTHER_KEY ? TestCa.newEcKeys().getPublic() : keyOf(csr);
    List<String> names = order.names();
    Instant start = fault == Fault.Misissued.EXPIRED ? now.minus(lifetime) : now;
    return CA.leaf(
            (fault == Fault.Misissued.WITHOUT_ITS_LAST_NAME
                    ? names.subList(0, names.size() - 1)
                    : names)
                .toArray(String[]::new))
        .validity(start, start.plus(lifetime))
        .certify(key);
  }

  static String pem(List<X509Certificate> chain) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (X509Certificate each : chain) {
        pem.writeObject(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** RFC 9773, section 4.1. */
  static String renewalId(X509Certificate leaf) {
    try {
      byte[] authority =
          AuthorityKeyIdentifier.getInstance(
                  JcaX509ExtensionUtils.parseExtensionValue(
                      leaf.getExtensionValue(Extension.authorityKeyIdentifier.getId())))
              .getKeyIdentifierOctets();
      BigInteger serial = leaf.getSerialNumber();
      Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
      return encoder.encodeToString(authority) + "." + encoder.encodeToString(serial.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PublicKey keyOf(String csr) throws IOException {
    try {
      return new JcaPKCS10CertificationRequest(Base64.getUrlDecoder().decode(csr)).getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IOException("no key in the request", e);
    }
  }
}
