package io.hybridtls.agent.imported;

import io.hybridtls.agent.imported.Given.GivenCertificate;
import io.hybridtls.agent.imported.Given.GivenKey;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Binary files: PKCS#12 (RFC 7292), PKCS#7, single certificates and single keys. */
final class DerFile {

  /** The version of every PKCS#12 file (section 4); a key's is 0 or 1. */
  private static final int PFX_VERSION = 3;

  /**
   * An empty password: with its terminator, as most programs have it (appendix B.1), or without.
   */
  private static final List<char[]> NO_PASSWORD = List.of(new char[1], new char[0]);

  private final GivenFile file;
  private final Optional<Password> password;
  private final List<GivenCertificate> certificates = new ArrayList<>();
  private final List<GivenKey> keys = new ArrayList<>();
  private char[] opening;

  private DerFile(GivenFile file, Optional<Password> password) {
    this.file = file;
    this.password = password;
    this.opening = spellings().get(0);
  }

  static Given read(GivenFile file, Optional<Password> password) throws UnusableFilesException {
    DerFile reading = new DerFile(file, password);
    reading.readAny();
    return new Given(reading.certificates, reading.keys);
  }

  /** What a file is shows in how it begins: a version, a content type, or neither. */
  private void readAny() throws UnusableFilesException {
    ASN1Sequence whole = sequence();
    ASN1Encodable first = whole.getObjectAt(0);
    Optional<String> key = keyType(whole);
    if (first instanceof ASN1Integer version && version.hasValue(PFX_VERSION)) {
      readPfx();
    } else if (key.isPresent()) {
      PemObject block = new PemObject(key.get(), file.contents());
      keys.add(new GivenKey(PrivateKeys.ofPem(block, file.name(), password), file.name()));
    } else if (first instanceof ASN1ObjectIdentifier) {
      Certificates.ofPkcs7(file.contents(), file.name())
          .forEach(found -> certificates.add(new GivenCertificate(found, file.name())));
    } else {
      certificates.add(
          new GivenCertificate(Certificates.ofDer(file.contents(), file.name()), file.name()));
    }
  }

  /** What PEM calls such a key; empty when it is none. */
  private static Optional<String> keyType(ASN1Sequence whole) {
    ASN1Encodable first = whole.getObjectAt(0);
    ASN1Encodable second = whole.size() > 1 ? whole.getObjectAt(1) : first;
    if (first instanceof ASN1Integer) {
      return Optional.of(
          second instanceof ASN1Sequence
              ? "PRIVATE KEY"
              : second instanceof ASN1OctetString ? "EC PRIVATE KEY" : "RSA PRIVATE KEY");
    }
    return second instanceof ASN1OctetString
        ? Optional.of("ENCRYPTED PRIVATE KEY")
        : Optional.empty();
  }

  private ASN1Sequence sequence() throws UnusableFilesException {
    try {
      ASN1Sequence whole = ASN1Sequence.getInstance(file.contents());
      if (whole.size() == 0) {
        throw new IllegalArgumentException("nothing in it");
      }
      return whole;
    } catch (IllegalArgumentException e) {
      throw new UnusableFilesException(
          file + " is cut off or damaged, or neither PKCS#12 (PFX) nor a certificate or key", e);
    }
  }

  private void readPfx() throws UnusableFilesException {
    try {
      PKCS12PfxPdu pfx = new PKCS12PfxPdu(file.contents());
      requireMac(pfx);
      for (ContentInfo part : pfx.getContentInfos()) {
        for (PKCS12SafeBag bag : bagsOf(part)) {
          readBag(bag.getBagValue());
        }
      }
    } catch (PKCSException e) {
      throw PrivateKeys.wrongPassword(file.name(), e);
    } catch (IOException | CertificateException | RuntimeException e) {
      throw new UnusableFilesException(file + " is not a PKCS#12 file that can be read", e);
    }
  }

  /** The MAC shows whether the password is right before anything is decrypted with it. */
  private void requireMac(PKCS12PfxPdu pfx) throws PKCSException, UnusableFilesException {
    if (!pfx.hasMac()) {
      return;
    }
    MacData data = Pfx.getInstance(file.contents()).getMacData();
    AlgorithmIdentifier digest = data.getMac().getAlgorithmId();
    Effort.requireRounds(
        PKCSObjectIdentifiers.id_PBMAC1.equals(digest.getAlgorithm())
            ? PBKDF2Params.getInstance(
                    PBMAC1Params.getInstance(digest.getParameters())
                        .getKeyDerivationFunc()
                        .getParameters())
                .getIterationCount()
            : data.getIterationCount(),
        file.name());
    JcePKCS12MacCalculatorBuilderProvider mac =
        new JcePKCS12MacCalculatorBuilderProvider().setProvider(PrivateKeys.DECRYPTION);
    for (char[] spelling : spellings()) {
      if (pfx.isMacValid(mac, spelling)) {
        opening = spelling;
        return;
      }
    }
    throw password.isPresent()
        ? new UnusableFilesException(file + " does not open with the password given")
        : new UnusableFilesException(file + " is encrypted, and no password was given");
  }

  private PKCS12SafeBag[] bagsOf(ContentInfo part) throws PKCSException, UnusableFilesException {
    boolean isEncrypted = PKCSObjectIdentifiers.encryptedData.equals(part.getContentType());
    if (isEncrypted) {
      Effort.requireAffordable(
          EncryptedData.getInstance(part.getContent()).getEncryptionAlgorithm(), file.name());
    }
    return isEncrypted
        ? new PKCS12SafeBagFactory(
                part,
                new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(PrivateKeys.DECRYPTION)
                    .build(opening))
            .getSafeBags()
        : new PKCS12SafeBagFactory(part).getSafeBags();
  }

  private void readBag(Object value) throws CertificateException, UnusableFilesException {
    if (value instanceof X509CertificateHolder holder) {
      certificates.add(new GivenCertificate(Certificates.of(holder), file.name()));
    } else if (value instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
      keys.add(new GivenKey(decrypted(encrypted), file.name()));
    } else if (value instanceof PrivateKeyInfo plain) {
      keys.add(new GivenKey(PrivateKeys.key(plain, file.name()), file.name()));
    } // else a CRL or a secret of somebody else's
  }

  private PrivateKey decrypted(PKCS8EncryptedPrivateKeyInfo encrypted)
      throws UnusableFilesException {
    Effort.requireAffordable(encrypted.getEncryptionAlgorithm(), file.name());
    try {
      return PrivateKeys.key(
          encrypted.decryptPrivateKeyInfo(
              new JcePKCSPBEInputDecryptorProviderBuilder()
                  .setProvider(PrivateKeys.DECRYPTION)
                  .build(opening)),
          file.name());
    } catch (PKCSException e) {
      throw PrivateKeys.wrongPassword(file.name(), e);
    }
  }

  private List<char[]> spellings() {
    return password
        .map(Password::characters)
        .filter(characters -> characters.length > 0)
        .map(List::of)
        .orElse(NO_PASSWORD);
  }
}
