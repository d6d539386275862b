package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.InvalidCertificateException;
import io.hybridtls.certstore.model.SignatureProof;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS8EncryptedPrivateKeyInfoBuilder;

/**
 * Key pairs as PEM, {@code keys/<name>.pem}: the private key as encrypted PKCS#8 (RFC 5958, section
 * 3), then the public key.
 */
final class DirectoryKeyVault implements KeyVault {

  private static final String SUFFIX = ".pem";

  private final Path folder;
  private final PasswordEncryption encryption;

  private DirectoryKeyVault(Path folder, StoreSecret secret) {
    this.folder = folder;
    this.encryption = new PasswordEncryption(secret.keys());
  }

  static DirectoryKeyVault open(Path directory, StoreSecret secret) throws StoreException {
    Path folder = directory.resolve(CertificateStores.KEYS);
    try {
      OwnerOnly.createDirectories(directory);
      OwnerOnly.require(directory, OwnerOnly.DIRECTORY);
      OwnerOnly.createDirectories(folder);
      OwnerOnly.require(folder, OwnerOnly.DIRECTORY);
      AtomicFile.removeLeftovers(folder);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        for (Path file : files) {
          OwnerOnly.require(file, OwnerOnly.FILE);
        }
      }
    } catch (IOException e) {
      throw StoreProblems.unreadable(folder, e);
    }
    return new DirectoryKeyVault(folder, secret);
  }

  @Override
  public Optional<KeyPair> find(String name) throws StoreException {
    Path file = file(name);
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (MalformedInputException e) {
      throw damaged(name, file, "it is not text");
    } catch (IOException e) {
      throw StoreProblems.unreadable(file, e);
    }
    return Optional.of(decode(name, file, text));
  }

  private KeyPair decode(String name, Path file, String text) throws LostKeyException {
    KeyPair keys = parse(name, file, text);
    try {
      if (SignatureProof.belongTogether(keys.getPrivate(), keys.getPublic())) {
        return keys;
      }
      throw damaged(name, file, "its private key does not belong to its public key");
    } catch (InvalidCertificateException e) {
      throw damaged(name, file, String.valueOf(e.getMessage()));
    }
  }

  /** Neither armour nor encryption shows each change: what comes out must yet be proven. */
  private KeyPair parse(String name, Path file, String text) throws LostKeyException {
    try (PEMParser pem = new PEMParser(new StringReader(text))) {
      if (pem.readObject() instanceof PKCS8EncryptedPrivateKeyInfo privatePart
          && pem.readObject() instanceof SubjectPublicKeyInfo publicPart) {
        return new KeyPair(
            new JcaPEMKeyConverter().getPublicKey(publicPart), decrypt(file, privatePart));
      }
      throw damaged(name, file, "it does not hold an encrypted private key and a public key");
    } catch (IOException | RuntimeException e) { // the parser's answer to what is not Base64
      throw damaged(name, file, String.valueOf(e.getMessage()));
    }
  }

  private static LostKeyException damaged(String name, Path file, String what) {
    return new LostKeyException(StoreProblems.damagedKey(name, file, what));
  }

  @Override
  public synchronized void put(String name, KeyPair keys) throws StoreException {
    Path file = file(name);
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          new JcaPKCS8EncryptedPrivateKeyInfoBuilder(keys.getPrivate())
              .build(encryption.encryptor()));
      pem.writeObject(keys.getPublic());
      pem.flush();
      AtomicFile.writeString(file, text.toString());
    } catch (IOException e) {
      throw StoreProblems.unwritable(file, e);
    }
  }

  @Override
  public synchronized void remove(String name) throws StoreException {
    Path file = file(name);
    try {
      AtomicFile.delete(file);
    } catch (IOException e) {
      throw StoreProblems.unwritable(file, e);
    }
  }

  private PrivateKey decrypt(Path file, PKCS8EncryptedPrivateKeyInfo encrypted)
      throws LostKeyException {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(encrypted.decryptPrivateKeyInfo(encryption));
    } catch (PKCSException | IOException e) {
      // PKCS#8 carries no MAC: what another secret decrypts to is not a key
      throw new LostKeyException(StoreProblems.wrongSecret(file));
    }
  }

  private Path file(String name) {
    return folder.resolve(CertificateId.of(name) + SUFFIX);
  }
}
