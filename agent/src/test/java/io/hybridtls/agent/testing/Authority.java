package io.hybridtls.agent.testing;

import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA anywhere in a tree of CAs; what it signs says where its own certificate is to be had. */
public record Authority(String name, KeyPair keys, X509Certificate certificate) {

  public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LIFETIME = Duration.ofDays(90);

  public static Authority root(String name) {
    KeyPair keys = TestCa.newEcKeys();
    return new Authority(name, keys, sign(name, keys, name, keys.getPublic(), Optional.empty()));
  }

  /** A CA under this one. */
  public Authority sub(String subject) {
    KeyPair own = TestCa.newEcKeys();
    return new Authority(
        subject, own, sign(name, keys, subject, own.getPublic(), Optional.empty()));
  }

  /** The same CA, certified by another one than before. */
  public X509Certificate crossSigned(Authority other) {
    return sign(name, keys, other.name, other.keys.getPublic(), Optional.empty());
  }

  public X509Certificate leaf(String host, PublicKey key) {
    return sign(name, keys, host, key, Optional.of(host));
  }

  private static X509Certificate sign(
      String issuer, KeyPair issuerKeys, String subject, PublicKey key, Optional<String> host) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
                  new X500Name("CN=" + issuer),
                  new BigInteger(64, RANDOM).setBit(63),
                  Date.from(NOW.minusSeconds(60)),
                  Date.from(NOW.plus(LIFETIME)),
                  new X500Name("CN=" + subject),
                  key)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(host.isEmpty()))
              .addExtension(
                  Extension.authorityInfoAccess,
                  false,
                  new AuthorityInformationAccess(
                      X509ObjectIdentifiers.id_ad_caIssuers,
                      new GeneralName(
                          GeneralName.uniformResourceIdentifier,
                          "http://ca.example/" + issuer.replace(' ', '-') + ".cer")));
      if (host.isPresent()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, host.get())));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
