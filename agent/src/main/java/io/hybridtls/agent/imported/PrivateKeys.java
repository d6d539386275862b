package io.hybridtls.agent.imported;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * Private keys from their encodings: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, appendix A.1.2), SEC 1
 * (RFC 5915), and OpenSSL's own encryption of the latter two.
 */
final class PrivateKeys {

  /** Used by itself and not installed; it knows the ciphers of old and of foreign tools. */
  static final Provider DECRYPTION = new BouncyCastleProvider();

  private PrivateKeys() {}

  static PrivateKey ofPem(PemObject block, String place, Optional<Password> password)
      throws UnusableFilesException {
    try (PEMParser parser = new PEMParser(new StringReader(text(block)))) {
      Object parsed = parser.readObject();
      if (parsed instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
        return ofEncrypted(encrypted, place, password);
      }
      if (parsed instanceof PEMEncryptedKeyPair encrypted) {
        return key(decrypted(encrypted, place, password).getPrivateKeyInfo(), place);
      }
      if (parsed instanceof PEMKeyPair pair) {
        return key(pair.getPrivateKeyInfo(), place);
      }
      if (parsed instanceof PrivateKeyInfo plain) {
        return key(plain, place);
      }
      throw new UnusableFilesException(place + " is not a private key");
    } catch (IOException | RuntimeException e) {
      throw new UnusableFilesException(place + " is not a private key that can be read", e);
    }
  }

  static PrivateKey ofEncrypted(
      PKCS8EncryptedPrivateKeyInfo encrypted, String place, Optional<Password> password)
      throws UnusableFilesException {
    Effort.requireAffordable(encrypted.getEncryptionAlgorithm(), place);
    try {
      return key(
          encrypted.decryptPrivateKeyInfo(
              new JceOpenSSLPKCS8DecryptorProviderBuilder()
                  .setProvider(DECRYPTION)
                  .build(required(place, password).characters())),
          place);
    } catch (PKCSException | OperatorCreationException e) {
      throw wrongPassword(place, e);
    }
  }

  static PrivateKey key(PrivateKeyInfo info, String place) throws UnusableFilesException {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (IOException e) {
      throw new UnusableFilesException(
          place + " is a private key of a kind that is not known here; use RSA or EC", e);
    }
  }

  static Password required(String place, Optional<Password> password)
      throws UnusableFilesException {
    return password.orElseThrow(
        () -> new UnusableFilesException(place + " is encrypted, and no password was given"));
  }

  static UnusableFilesException wrongPassword(String place, Exception cause) {
    return new UnusableFilesException(place + " does not open with the password given", cause);
  }

  private static PEMKeyPair decrypted(
      PEMEncryptedKeyPair encrypted, String place, Optional<Password> password)
      throws UnusableFilesException {
    Password given = required(place, password);
    try {
      return encrypted.decryptKeyPair(
          new JcePEMDecryptorProviderBuilder().setProvider(DECRYPTION).build(given.characters()));
    } catch (IOException e) {
      throw wrongPassword(place, e);
    }
  }

  /** The one block as text again, with its headers, for the parser that understands them. */
  private static String text(PemObject block) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(block);
    }
    return text.toString();
  }
}
