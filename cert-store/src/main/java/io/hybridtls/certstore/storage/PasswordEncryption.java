package io.hybridtls.certstore.storage;

import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jcajce.io.CipherInputStream;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.InputDecryptor;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;

/**
 * PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018, section 6.2): what OpenSSL 3 and current
 * Java versions write by themselves, so both read what the store keeps. Nothing weaker is read.
 */
final class PasswordEncryption implements InputDecryptorProvider {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;
  private static final AlgorithmIdentifier HMAC_SHA256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

  private final DerivedKeys keys;

  PasswordEncryption(DerivedKeys keys) {
    this.keys = keys;
  }

  /** For one encryption: it has its own initialization vector. */
  OutputEncryptor encryptor() {
    byte[] salt = keys.salt();
    byte[] iv = keys.randomBytes(BLOCK_BYTES);
    PBKDF2Params derivation =
        new PBKDF2Params(salt, DerivedKeys.ITERATIONS, KEY_BYTES, HMAC_SHA256);
    AlgorithmIdentifier algorithm =
        new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_PBES2,
            new PBES2Parameters(
                new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, derivation),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv))));
    SecretKeySpec key = aesKey(keys.encryptionKey(salt, DerivedKeys.ITERATIONS));
    return new Encryptor(algorithm, key, aes(Cipher.ENCRYPT_MODE, key, iv));
  }

  @Override
  public InputDecryptor get(AlgorithmIdentifier algorithm) throws OperatorCreationException {
    try {
      PBES2Parameters scheme = PBES2Parameters.getInstance(algorithm.getParameters());
      PBKDF2Params derivation =
          PBKDF2Params.getInstance(scheme.getKeyDerivationFunc().getParameters());
      EncryptionScheme cipher = scheme.getEncryptionScheme();
      if (!PKCSObjectIdentifiers.id_PBES2.equals(algorithm.getAlgorithm())
          || !PKCSObjectIdentifiers.id_PBKDF2.equals(scheme.getKeyDerivationFunc().getAlgorithm())
          || !HMAC_SHA256.getAlgorithm().equals(derivation.getPrf().getAlgorithm())
          || !NISTObjectIdentifiers.id_aes256_CBC.equals(cipher.getAlgorithm())) {
        throw new OperatorCreationException("it is not encrypted with PBES2 and AES-256");
      }
      byte[] iv = ASN1OctetString.getInstance(cipher.getParameters()).getOctets();
      SecretKeySpec key =
          aesKey(
              keys.encryptionKey(
                  derivation.getSalt(), derivation.getIterationCount().intValueExact()));
      return new Decryptor(algorithm, aes(Cipher.DECRYPT_MODE, key, iv));
    } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
      throw new OperatorCreationException("its encryption parameters make no sense", e);
    }
  }

  private static Cipher aes(int mode, SecretKeySpec key, byte[] iv) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(mode, key, new IvParameterSpec(iv));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("AES-256-CBC takes no such key or vector", e);
    }
  }

  private static SecretKeySpec aesKey(byte[] key) {
    return new SecretKeySpec(key, "AES");
  }

  private record Encryptor(AlgorithmIdentifier algorithm, SecretKeySpec key, Cipher cipher)
      implements OutputEncryptor {
    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return algorithm;
    }

    @Override
    public OutputStream getOutputStream(OutputStream out) {
      return new CipherOutputStream(out, cipher);
    }

    @Override
    public GenericKey getKey() {
      return new GenericKey(algorithm, key.getEncoded());
    }

    @Override
    public String toString() {
      return "Encryptor[key=****]";
    }
  }

  private record Decryptor(AlgorithmIdentifier algorithm, Cipher cipher) implements InputDecryptor {
    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return algorithm;
    }

    @Override
    public InputStream getInputStream(InputStream in) {
      return new CipherInputStream(in, cipher);
    }
  }
}
