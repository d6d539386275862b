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

/** Binary files: PKCS#12 (RFC 7292), PKCS#7 and single certificates. */
final class DerFile {

  private static final char[] NO_PASSWORD = {};

  private final GivenFile file;
  private final Optional<Password> password;
  private final List<GivenCertificate> certificates = new ArrayList<>();
  private final List<GivenKey> keys = new ArrayList<>();

  private DerFile(GivenFile file, Optional<Password> password) {
    this.file = file;
    this.password = password;
  }

  static Given read(GivenFile file, Optional<Password> password) throws UnusableFilesException {
    DerFile reading = new DerFile(file, password);
    reading.readAny();
    return new Given(reading.certificates, reading.keys);
  }

  /** What a file is shows in how it begins: a version, a content type, or neither. */
  private void readAny() throws UnusableFilesException {
    ASN1Encodable first = firstElement();
    if (first instanceof ASN1Integer) {
      readPfx();
    } else if (first instanceof ASN1ObjectIdentifier) {
      Certificates.ofPkcs7(file.contents(), file.name())
          .forEach(found -> certificates.add(new GivenCertificate(found, file.name())));
    } else {
      certificates.add(
          new GivenCertificate(Certificates.ofDer(file.contents(), file.name()), file.name()));
    }
  }

  private ASN1Encodable firstElement() throws UnusableFilesException {
    try {
      return ASN1Sequence.getInstance(file.contents()).getObjectAt(0);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UnusableFilesException(
          file + " is cut off or damaged, or neither PKCS#12 (PFX) nor a certificate", e);
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
    if (!pfx.isMacValid(mac, characters())) {
      throw password.isPresent()
          ? new UnusableFilesException(file + " does not open with the password given")
          : new UnusableFilesException(file + " is encrypted, and no password was given");
    }
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
                    .build(characters()))
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
                  .build(characters())),
          file.name());
    } catch (PKCSException e) {
      throw PrivateKeys.wrongPassword(file.name(), e);
    }
  }

  private char[] characters() {
    return password.map(Password::characters).orElse(NO_PASSWORD);
  }
}
