package io.hybridtls.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.HeldCertificate;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CertificateStrengthTest {

  private static KeyPair ca;

  private String issuer = "CN=Contoso CA";
  private String signature = "SHA256withRSA";
  private boolean authority;
  private int usage = KeyUsage.digitalSignature;

  @BeforeAll
  static void makeKey() throws Exception {
    ca = rsa(2048);
  }

  @Test
  void whatPeersTakeShouldHaveNoProblem() throws Exception {
    assertThat(problemOf(rsa(2048))).isEmpty();
    assertThat(problemOf(curve("secp256r1"))).isEmpty();
    assertThat(problemOf(curve("secp384r1"))).isEmpty();
  }

  @Test
  void aWeakOrUnknownKeyShouldBeNamed() throws Exception {
    assertThat(problemOf(rsa(1024)).orElseThrow())
        .startsWith("\"CN=mail.contoso.example\" has an RSA key of 1024 bits, which peers")
        .endsWith("get one for a key of RSA with 2048 bits or more, EC P-256 or EC P-384");
    assertThat(problemOf(curve("secp521r1")).orElseThrow()).contains("an EC key of 521 bits");
    assertThat(problemOf(KeyPairGenerator.getInstance("Ed25519").generateKeyPair()).orElseThrow())
        .contains("a key of the kind EdDSA");
  }

  @Test
  void theCertificateOfACaShouldNotBeAHosts() throws Exception {
    authority = true;

    assertThat(problemOf(rsa(2048)).orElseThrow()).contains("is the certificate of a CA");
  }

  @Test
  void whatSignedItselfForATryShouldPassThoughItSaysThatItIsACa() throws Exception {
    authority = true;
    issuer = "CN=mail.contoso.example";

    assertThat(problemOf(ca)).isEmpty();
  }

  @Test
  void aKeyThatMayNotSignShouldBeNamed() throws Exception {
    usage = KeyUsage.keyEncipherment;

    assertThat(problemOf(rsa(2048)).orElseThrow()).endsWith("includes digitalSignature");
  }

  @Test
  void aBrokenSignatureShouldBeNamed() throws Exception {
    signature = "SHA1withRSA";

    assertThat(problemOf(rsa(2048)).orElseThrow())
        .isEqualTo(
            "\"CN=mail.contoso.example\" is signed with SHA1withRSA, which peers refuse; get one"
                + " that is signed with SHA-256");
  }

  private Optional<String> problemOf(KeyPair keys) throws Exception {
    Instant now = Instant.parse("2026-11-23T12:00:00Z");
    X509Certificate leaf =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        new X500Name(issuer),
                        BigInteger.ONE,
                        Date.from(now),
                        Date.from(now.plusSeconds(60)),
                        new X500Name("CN=mail.contoso.example"),
                        keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                    .build(new JcaContentSignerBuilder(signature).build(ca.getPrivate())));
    return CertificateStrength.problemOf(HeldCertificate.of(keys.getPrivate(), List.of(leaf)));
  }

  private static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static KeyPair curve(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(name));
    return generator.generateKeyPair();
  }
}
