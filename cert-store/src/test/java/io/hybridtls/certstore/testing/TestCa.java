package io.hybridtls.certstore.testing;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A root, an issuing CA under it, and leaves on demand: all EC P-256 unless a test asks for RSA.
 */
public final class TestCa {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair issuingKeys;
  private final X509Certificate issuing;
  private final X509Certificate root;

  private TestCa(KeyPair issuingKeys, X509Certificate issuing, X509Certificate root) {
    this.issuingKeys = issuingKeys;
    this.issuing = issuing;
    this.root = root;
  }

  /** A fresh CA; two of the same name share nothing but the name. */
  public static TestCa named(String name) {
    try {
      KeyPair rootKeys = newEcKeys();
      KeyPair issuingKeys = newEcKeys();
      X500Name rootName = new X500Name("CN=" + name + " Root");
      X500Name issuingName = new X500Name("CN=" + name + " Issuing");
      X509Certificate root = sign(ca(rootName, rootName, rootKeys.getPublic()), rootKeys);
      X509Certificate issuing = sign(ca(rootName, issuingName, issuingKeys.getPublic()), rootKeys);
      return new TestCa(issuingKeys, issuing, root);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  public X509Certificate root() {
    return root;
  }

  public X509Certificate issuing() {
    return issuing;
  }

  /** A leaf for {@code names}, valid for 90 days, good for both roles; the chain has no root. */
  public HeldCertificate issue(String... names) {
    return leaf(names).issue();
  }

  public Leaf leaf(String... names) {
    return new Leaf(List.of(names));
  }

  /** Writes the key of the issuing CA as PEM, for a program that is to be that CA. */
  public Path writeIssuingKey(Path file) {
    return writePem(file, List.of(issuingKeys.getPrivate()));
  }

  /** Writes the root as PEM. */
  public Path writeRoot(Path file) {
    return writePem(file, List.of(root));
  }

  /** Writes {@code objects} (certificates or keys) as PEM. */
  public static Path writePem(Path file, List<?> objects) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        pem.writeObject(
            object instanceof PrivateKey key
                ? new PemObject("PRIVATE KEY", key.getEncoded()) // SEC 1 would leave out the curve
                : object);
      }
      pem.flush();
      return Files.writeString(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static KeyPair newEcKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static KeyPair newRsaKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509v3CertificateBuilder ca(X500Name issuer, X500Name subject, PublicKey key)
      throws CertIOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(64, RANDOM),
            Date.from(now.minus(Duration.ofDays(1000))),
            Date.from(now.plus(Duration.ofDays(3650))),
            subject,
            key)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }

  /** What a leaf is to be; change what the test is about and {@link #issue()}. */
  public final class Leaf {

    private final List<String> names;
    private String subject;
    private KeyPair keys = newEcKeys();
    private Set<CertificateRole> roles = EnumSet.allOf(CertificateRole.class);
    private Instant notBefore = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(60);
    private Instant notAfter = notBefore.plus(Duration.ofDays(90));

    private Leaf(List<String> names) {
      this.names = names;
      this.subject = "CN=" + names.get(0);
    }

    public Leaf subject(String distinguishedName) {
      subject = distinguishedName;
      return this;
    }

    public Leaf keys(KeyPair value) {
      keys = value;
      return this;
    }

    public Leaf rsa() {
      return keys(newRsaKeys());
    }

    /** Key purposes; none at all means a certificate without the extension. */
    public Leaf roles(CertificateRole... value) {
      roles = Set.of(value);
      return this;
    }

    public Leaf validity(Instant from, Instant to) {
      notBefore = from;
      notAfter = to;
      return this;
    }

    public HeldCertificate issue() {
      try {
        return HeldCertificate.of(keys.getPrivate(), certify(keys.getPublic()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Signs for a key whose private part stays with its owner; leaf first, without the root. */
    public List<X509Certificate> certify(PublicKey key) {
      try {
        GeneralName[] sans =
            names.stream()
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        X509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                    new X500Name(issuing.getSubjectX500Principal().getName()),
                    new BigInteger(64, RANDOM).setBit(63),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    new X500Name(subject),
                    key)
                .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(sans))
                .addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                        .createAuthorityKeyIdentifier(issuingKeys.getPublic()))
                .addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
        if (!roles.isEmpty()) {
          KeyPurposeId[] purposes =
              roles.stream()
                  .map(r -> KeyPurposeId.getInstance(new ASN1ObjectIdentifier(r.keyPurpose())))
                  .toArray(KeyPurposeId[]::new);
          builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
        return List.of(sign(builder, issuingKeys), issuing);
      } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
