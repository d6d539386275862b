package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate in the making: the extensions of RFC 5280, section 4.2, one method each. Not safe
 * for several threads.
 */
final class CertificateTemplate {

  static final String SIGNATURE = "SHA384withECDSA";

  /** So that a peer whose clock is a little behind takes a new certificate, or a new list. */
  static final Duration BACKDATING = Duration.ofMinutes(5);

  private final X509v3CertificateBuilder builder;
  private final JcaX509ExtensionUtils identifiers;
  private final boolean hasSubject;

  /**
   * Begins a certificate that names its own key (section 4.2.1.2).
   *
   * @param subject may be empty, for an end entity that has names only
   */
  CertificateTemplate(
      X500Name issuer, X500Name subject, PublicKey key, BigInteger serial, Validity validity)
      throws GeneralSecurityException, CertIOException {
    builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            serial,
            Date.from(validity.notBefore()),
            Date.from(validity.notAfter()),
            subject,
            key);
    identifiers = new JcaX509ExtensionUtils();
    hasSubject = subject.getRDNs().length > 0;
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
  }

  /** From when to when, both included (section 4.1.2.5). */
  record Validity(Instant notBefore, Instant notAfter) {}

  /**
   * A CA (sections 4.2.1.3 and 4.2.1.9).
   *
   * @param pathLength how many CAs may stand between it and an end entity
   */
  CertificateTemplate authority(int pathLength) throws CertIOException {
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return this;
  }

  /** An end entity whose key has the given purposes (sections 4.2.1.3, 4.2.1.9 and 4.2.1.12). */
  CertificateTemplate endEntity(Set<CertificateRole> roles, boolean rsa) throws CertIOException {
    int usage =
        rsa ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment : KeyUsage.digitalSignature;
    KeyPurposeId[] purposes =
        roles.stream()
            .sorted()
            .map(role -> new ASN1ObjectIdentifier(role.keyPurpose()))
            .map(KeyPurposeId::getInstance)
            .toArray(KeyPurposeId[]::new);
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    return this;
  }

  /**
   * Names and addresses (section 4.2.1.6), if there are any; critical where they are all that says
   * whose the certificate is.
   */
  CertificateTemplate names(List<DnsName> names, List<IpAddress> addresses) throws CertIOException {
    List<GeneralName> entries = new ArrayList<>();
    names.forEach(name -> entries.add(new GeneralName(GeneralName.dNSName, name.value())));
    for (IpAddress address : addresses) {
      entries.add(
          new GeneralName(
              GeneralName.iPAddress, new DEROctetString(address.toInetAddress().getAddress())));
    }
    if (!entries.isEmpty()) {
      GeneralNames all = new GeneralNames(entries.toArray(GeneralName[]::new));
      builder.addExtension(Extension.subjectAlternativeName, !hasSubject, all);
    }
    return this;
  }

  /** What a CA may certify (section 4.2.1.10). */
  CertificateTemplate constrainedTo(Optional<NameConstraints> constraints) throws CertIOException {
    if (constraints.isPresent()) {
      builder.addExtension(Extension.nameConstraints, true, constraints.get());
    }
    return this;
  }

  /** Which of the issuer's keys signs (section 4.2.1.1). */
  CertificateTemplate issuedBy(X509Certificate issuer)
      throws GeneralSecurityException, CertIOException {
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.getPublicKey()));
    return this;
  }

  /** Where revocations are told (section 4.2.1.13). */
  CertificateTemplate revocationsAt(Optional<String> url) throws CertIOException {
    if (url.isPresent()) {
      GeneralName location = new GeneralName(GeneralName.uniformResourceIdentifier, url.get());
      DistributionPointName name = new DistributionPointName(new GeneralNames(location));
      DistributionPoint point = new DistributionPoint(name, null, null);
      builder.addExtension(
          Extension.cRLDistributionPoints,
          false,
          new CRLDistPoint(new DistributionPoint[] {point}));
    }
    return this;
  }

  /** Where the issuer's own certificate is found (section 4.2.2.1). */
  CertificateTemplate issuerAt(Optional<String> url) throws CertIOException {
    if (url.isPresent()) {
      GeneralName location = new GeneralName(GeneralName.uniformResourceIdentifier, url.get());
      builder.addExtension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(AccessDescription.id_ad_caIssuers, location));
    }
    return this;
  }

  /** Signs with a CA's key, which is EC P-384. */
  X509Certificate sign(PrivateKey key) throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }
}
