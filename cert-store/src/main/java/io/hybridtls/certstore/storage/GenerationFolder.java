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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;

/**
 * The files of one generation: {@code generation.json}, and for each certificate its key and chain.
 * Those of the first are {@code identity.p12} and {@code chain.pem}, those of the second {@code
 * identity-2.p12} and {@code chain-2.pem}.
 */
final class GenerationFolder {

  /** Which files {@link #identity} names, as a glob. */
  static final String IDENTITIES = "identity*.p12";

  private static final String RECORD = "generation.json";

  private final IdentityFile identities;

  GenerationFolder(DerivedKeys keys) {
    this.identities = new IdentityFile(keys);
  }

  /** The file with the key of the certificate in this place, from 0 up. */
  static String identity(int place) {
    return numbered("identity", place, ".p12");
  }

  /** The file with the certificates alone. */
  static String chain(int place) {
    return numbered("chain", place, ".pem");
  }

  /** Fills {@code folder}, which is empty and not yet in place; durable when it returns. */
  void write(Path folder, Generation generation) throws IOException {
    List<HeldCertificate> certificates = generation.certificates();
    for (int place = 0; place < certificates.size(); place++) {
      HeldCertificate certificate = certificates.get(place);
      AtomicFile.create(
          folder.resolve(identity(place)), identities.encode(generation.id().value(), certificate));
      AtomicFile.create(folder.resolve(chain(place)), utf8(pem(certificate)));
    }
    AtomicFile.create(
        folder.resolve(RECORD), utf8(GenerationRecord.of(generation).toJson(certificates)));
    AtomicFile.syncDirectory(folder);
  }

  /**
   * @return empty when {@code folder} is not there
   * @throws StoreException naming the generation and the file, when it is damaged or not ours
   */
  Optional<Generation> read(Path folder, CertificateId id, long number) throws StoreException {
    String label = "generation " + id + "/" + number;
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Path recordFile = folder.resolve(RECORD);
    HeldCertificate first = readIdentity(label, folder.resolve(identity(0)));
    GenerationRecord record = readRecord(label, recordFile);
    List<HeldCertificate> certificates = new ArrayList<>(List.of(first));
    for (int place = 1; place < record.serials().size(); place++) {
      certificates.add(readIdentity(label, folder.resolve(identity(place))));
    }
    Path untold = folder.resolve(identity(certificates.size()));
    if (Files.exists(untold)) {
      throw StoreProblems.damaged(label, recordFile, "it does not tell of " + untold.getFileName());
    }
    for (int place = 0; place < certificates.size(); place++) {
      String told = record.serials().get(place);
      if (!told.equals(certificates.get(place).serial())) {
        throw StoreProblems.damaged(
            label, recordFile, "it tells of serial " + told + ", not of " + identity(place));
      }
    }
    return Optional.of(
        new Generation(
            id, number, record.storedAt(), record.issuer(), record.reason(), certificates));
  }

  /** What the first identity in {@code folder} says of the store secret. */
  SecretProof proofOfSecret(Path folder) {
    try {
      return identities.isAuthentic(Files.readAllBytes(folder.resolve(identity(0))))
          ? SecretProof.RIGHT
          : SecretProof.WRONG;
    } catch (IOException e) {
      return SecretProof.NONE;
    }
  }

  /** Whether a file was written with the store secret. */
  enum SecretProof {
    RIGHT,
    /** With another one, or it was changed since. */
    WRONG,
    /** It is not there, or cut short. */
    NONE
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

  private static String numbered(String name, int place, String suffix) {
    return place == 0 ? name + suffix : name + "-" + (place + 1) + suffix;
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
