package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** The PKCS #10 request (RFC 2986) for a certificate that should exist. */
public final class SigningRequest {

  /** ub-common-name (RFC 5280, appendix A.1). */
  private static final int MAX_COMMON_NAME = 64;

  private SigningRequest() {}

  /**
   * Asks for the names and addresses of {@code spec}, signed with the key that the certificate is
   * for. The first name that fits is the common name too, for CAs and peers that still look there.
   *
   * @return DER
   */
  public static byte[] of(CertificateSpec spec, KeyPair keys) {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    spec.names().stream()
        .map(DnsName::value)
        .filter(name -> name.length() <= MAX_COMMON_NAME)
        .findFirst()
        .ifPresent(name -> subject.addRDN(BCStyle.CN, name));
    return of(subject.build(), spec, keys);
  }

  /**
   * The same, with the subject that {@code renewed} has: some CAs renew only what asks for itself
   * (RFC 7030, section 4.2.2).
   */
  public static byte[] renewing(X509Certificate renewed, CertificateSpec spec, KeyPair keys) {
    X500Name subject = X500Name.getInstance(renewed.getSubjectX500Principal().getEncoded());
    return of(subject, spec, keys);
  }

  private static byte[] of(X500Name subject, CertificateSpec spec, KeyPair keys) {
    try {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, false, subjectAltName(spec));
      return new JcaPKCS10CertificationRequestBuilder(subject, keys.getPublic())
          .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
          .build(new JcaContentSignerBuilder(signatureFor(keys)).build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("a certificate request could not be signed", e);
    }
  }

  private static GeneralNames subjectAltName(CertificateSpec spec) {
    return new GeneralNames(
        Stream.concat(
                spec.names().stream()
                    .map(name -> new GeneralName(GeneralName.dNSName, name.value())),
                spec.addresses().stream()
                    .map(address -> new GeneralName(GeneralName.iPAddress, address.value())))
            .toArray(GeneralName[]::new));
  }

  private static String signatureFor(KeyPair keys) {
    return keys.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }
}
