package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS12SafeBagBuilder;
import org.jspecify.annotations.Nullable;

/** A key and its chain as PKCS#12 (RFC 7292), encrypted with the store secret. */
final class IdentityFile {

  private static final char[] UNUSED = {};

  private final PasswordEncryption encryption;
  private final IdentityMac mac;

  IdentityFile(DerivedKeys keys) {
    this.encryption = new PasswordEncryption(keys);
    this.mac = new IdentityMac(keys);
  }

  /**
   * @param friendlyName under which other programs list the entry
   */
  byte[] encode(String friendlyName, HeldCertificate held) throws IOException {
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      List<PKCS12SafeBag> certificates = new ArrayList<>();
      for (X509Certificate certificate : held.chain()) {
        PKCS12SafeBagBuilder bag = new JcaPKCS12SafeBagBuilder(certificate);
        if (certificates.isEmpty()) {
          nameEntry(bag, friendlyName, identifiers, held);
        }
        certificates.add(bag.build());
      }
      OutputEncryptor keyEncryptor = encryption.encryptor();
      PKCS12SafeBagBuilder key = new JcaPKCS12SafeBagBuilder(held.key(), keyEncryptor);
      nameEntry(key, friendlyName, identifiers, held);
      return new PKCS12PfxPduBuilder()
          .addEncryptedData(encryption.encryptor(), certificates.toArray(PKCS12SafeBag[]::new))
          .addData(key.build())
          .build(mac.writer(), UNUSED)
          .getEncoded();
    } catch (PKCSException | GeneralSecurityException e) {
      throw new IOException("the certificate cannot be written as PKCS#12", e);
    }
  }

  /**
   * Whether {@code content} was written with this secret and is whole.
   *
   * @throws IOException when it is not PKCS#12 with a SHA-256 MAC
   */
  boolean isAuthentic(byte[] content) throws IOException {
    return isAuthentic(parse(content));
  }

  /**
   * @throws WrongSecretException when the MAC is not made with this secret
   * @throws IOException when it is not what {@link #encode} makes; the message says why
   */
  HeldCertificate decode(byte[] content) throws IOException, WrongSecretException {
    PKCS12PfxPdu file = parse(content);
    if (!isAuthentic(file)) {
      throw new WrongSecretException();
    }
    @Nullable PrivateKey key = null;
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (ContentInfo part : file.getContentInfos()) {
        for (PKCS12SafeBag bag : bagsOf(part)) {
          Object value = bag.getBagValue();
          if (value instanceof X509CertificateHolder certificate) {
            chain.add(new JcaX509CertificateConverter().getCertificate(certificate));
          } else if (value instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
            key =
                new JcaPEMKeyConverter().getPrivateKey(encrypted.decryptPrivateKeyInfo(encryption));
          }
        }
      }
      if (key == null) {
        throw new IOException("it has no private key");
      }
      return HeldCertificate.of(key, chain);
    } catch (PKCSException | GeneralSecurityException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private PKCS12SafeBag[] bagsOf(ContentInfo part) throws PKCSException {
    return PKCSObjectIdentifiers.encryptedData.equals(part.getContentType())
        ? new PKCS12SafeBagFactory(part, encryption).getSafeBags()
        : new PKCS12SafeBagFactory(part).getSafeBags();
  }

  private boolean isAuthentic(PKCS12PfxPdu file) throws IOException {
    try {
      return file.hasMac() && file.isMacValid(mac, UNUSED);
    } catch (PKCSException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException("its MAC cannot be read", e);
    }
  }

  private static PKCS12PfxPdu parse(byte[] content) throws IOException {
    try {
      return new PKCS12PfxPdu(content);
    } catch (IOException | RuntimeException e) {
      throw new IOException("it is not a PKCS#12 file", e);
    }
  }

  /** Java and OpenSSL pair a key with its certificate by the local key id. */
  private static void nameEntry(
      PKCS12SafeBagBuilder bag,
      String friendlyName,
      JcaX509ExtensionUtils identifiers,
      HeldCertificate held) {
    bag.addBagAttribute(
        PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERBMPString(friendlyName));
    bag.addBagAttribute(
        PKCSObjectIdentifiers.pkcs_9_at_localKeyId,
        identifiers.createSubjectKeyIdentifier(held.leaf().getPublicKey()));
  }

  /** The file is PKCS#12, but its MAC was not made with the store secret. */
  static final class WrongSecretException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
