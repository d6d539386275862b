package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;

/** The files of one generation. */
final class GenerationFolder {

  static final String IDENTITY = "identity.p12";
  private static final String CHAIN = "chain.pem";
  private static final String RECORD = "generation.json";

  private final IdentityFile identities;

  GenerationFolder(DerivedKeys keys) {
    this.identities = new IdentityFile(keys);
  }

  /** Fills {@code folder}, which is empty and not yet in place; durable when it returns. */
  void write(Path folder, Generation generation) throws IOException {
    HeldCertificate certificate = generation.certificate();
    AtomicFile.create(
        folder.resolve(IDENTITY), identities.encode(generation.id().value(), certificate));
    AtomicFile.create(folder.resolve(CHAIN), utf8(pem(certificate)));
    GenerationRecord record =
        GenerationRecord.of(
            certificate, generation.storedAt(), generation.issuer(), generation.reason());
    AtomicFile.create(folder.resolve(RECORD), utf8(record.toJson(certificate)));
    AtomicFile.syncDirectory(folder);
  }

  /**
   * @return empty when {@code folder} is not there
   * @throws StoreException naming the generation and the file, when it is damaged or not ours
   */
  Optional<Generation> read(Path folder, CertificateId id, long number) throws StoreException {
    String label = "generation " + id + "/" + number;
    Path identity = folder.resolve(IDENTITY);
    Path recordFile = folder.resolve(RECORD);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    HeldCertificate certificate = readIdentity(label, identity);
    GenerationRecord record = readRecord(label, recordFile);
    if (!record.serial().equals(certificate.serial())) {
      throw StoreProblems.damaged(
          label, recordFile, "it tells of serial " + record.serial() + ", not of " + IDENTITY);
    }
    return Optional.of(
        new Generation(
            id, number, record.storedAt(), record.issuer(), record.reason(), certificate));
  }

  /** Whether the identity in {@code folder} was written with the store secret and is whole. */
  boolean isAuthentic(Path folder) {
    try {
      return identities.isAuthentic(Files.readAllBytes(folder.resolve(IDENTITY)));
    } catch (IOException e) {
      return false;
    }
  }

  private HeldCertificate readIdentity(String label, Path file) throws StoreException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw StoreProblems.damaged(label, file, "it does not exist");
    } catch (IOException e) {
      throw StoreProblems.unreadable(file, e);
    }
    try {
      return identities.decode(content);
    } catch (IdentityFile.WrongSecretException e) {
      // the store was opened with this secret, so it is the file that is wrong
      throw StoreProblems.damaged(
          label, file, "it was changed, or written with another secret than store.secret");
    } catch (IOException e) {
      throw StoreProblems.damaged(label, file, String.valueOf(e.getMessage()));
    }
  }

  private static GenerationRecord readRecord(String label, Path file) throws StoreException {
    try {
      return GenerationRecord.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw StoreProblems.damaged(label, file, "it does not exist");
    } catch (IOException e) {
      throw StoreProblems.damaged(label, file, String.valueOf(e.getMessage()));
    }
  }

  private static String pem(HeldCertificate certificate) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (X509Certificate link : certificate.chain()) {
        pem.writeObject(link);
      }
    }
    return text.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
