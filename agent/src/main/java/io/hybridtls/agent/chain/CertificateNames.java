package io.hybridtls.agent.chain;

import io.hybridtls.certstore.model.Sha256;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** How certificates are called in messages. */
public final class CertificateNames {

  private CertificateNames() {}

  /** As in {@code "CN=Contoso Issuing CA"}, with the quotes. */
  public static String subject(X509Certificate certificate) {
    return "\"" + certificate.getSubjectX500Principal().getName() + "\"";
  }

  /** The same, of who has signed it. */
  public static String issuer(X509Certificate certificate) {
    return "\"" + certificate.getIssuerX500Principal().getName() + "\"";
  }

  /** Where the certificate says that its issuer's is to be had (RFC 5280, section 4.2.2.1). */
  static Optional<String> issuerUrl(X509Certificate certificate) {
    try {
      AuthorityInformationAccess access =
          AuthorityInformationAccess.fromExtensions(
              new JcaX509CertificateHolder(certificate).getExtensions());
      return access == null
          ? Optional.empty()
          : Arrays.stream(access.getAccessDescriptions())
              .flatMap(CertificateNames::urlOf)
              .findFirst();
    } catch (CertificateEncodingException | IllegalArgumentException e) {
      return Optional.empty(); // it only makes a message more helpful
    }
  }

  /** SHA-256 of the whole certificate, lower-case hexadecimal. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return Sha256.hex(certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  private static Stream<String> urlOf(AccessDescription access) {
    GeneralName location = access.getAccessLocation();
    return AccessDescription.id_ad_caIssuers.equals(access.getAccessMethod())
            && location.getTagNo() == GeneralName.uniformResourceIdentifier
        ? Stream.of(location.getName().toString())
        : Stream.empty();
  }
}
