package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that have been asked for and are not stored yet, as {@code <id>/<hash>.json} in one
 * directory, with their keys in the vault. What is written here is what makes an interrupted
 * issuance go on with the same key and the same order. The caller holds the lock of the
 * certificate; blocks on I/O.
 */
public final class IssuanceDrafts {

  private static final Logger log = LoggerFactory.getLogger(IssuanceDrafts.class);

  private static final String SUFFIX = ".json";
  private static final int HASH_LENGTH = 32;

  private final Path directory;
  private final KeyVault vault;
  private final SecureRandom random;

  /**
   * @param directory made (0700) when the first draft is
   */
  public IssuanceDrafts(Path directory, KeyVault vault, SecureRandom random) {
    this.directory = directory;
    this.vault = vault;
    this.random = random;
  }

  /**
   * The request of {@code issuer} for one of the spec's certificates: a new one, or the one of an
   * attempt that was cut short, if it was for the same names.
   *
   * @param stored the highest number of a stored generation; 0 before the first
   */
  IssuanceRequest request(
      CertificateSpec spec,
      KeyAlgorithm algorithm,
      String issuer,
      Optional<Generation> replaced,
      long stored)
      throws IssuanceException {
    DraftRecord fresh =
        new DraftRecord(issuer, algorithm.label(), spec.identifiers(), stored, Optional.empty());
    String hash = hash(spec.id() + "\n" + issuer + "\n" + algorithm.label());
    Optional<DraftRecord> kept = read(file(spec.id(), hash)).filter(fresh::isTakenUpBy);
    if (kept.isEmpty()) {
      forget(spec.id(), hash);
    }
    return new Draft(
        this, hash, spec, algorithm, replaced, kept.isPresent(), kept.orElse(fresh), random);
  }

  /** Whether an attempt was begun when {@code stored} was not yet stored. */
  boolean anyOlderThan(CertificateId id, long stored) {
    for (Path file : files(id)) {
      try {
        if (read(file).filter(draft -> draft.since() < stored).isPresent()) {
          return true;
        }
      } catch (IssuanceException e) {
        log.warn("certificate {}: {}", id, e.getMessage());
      }
    }
    return false;
  }

  /** Forgets every draft of {@code id}: what they were for is stored, or wanted no more. */
  void close(CertificateId id) throws IssuanceException {
    for (Path file : files(id)) {
      String name = String.valueOf(file.getFileName());
      forget(id, name.substring(0, name.length() - SUFFIX.length()));
    }
  }

  KeyVault vault() {
    return vault;
  }

  static String keyName(String hash) {
    return "draft." + hash;
  }

  void write(CertificateId id, String hash, DraftRecord draft) throws IssuanceException {
    Path file = file(id, hash);
    try {
      Files.createDirectories(
          folder(id),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      AtomicFile.writeString(file, draft.toJson());
    } catch (IOException e) {
      throw failed(file + " cannot be written: " + e, e);
    }
  }

  void forget(CertificateId id, String hash) throws IssuanceException {
    Path file = file(id, hash);
    try {
      Files.deleteIfExists(file);
      vault.remove(keyName(hash));
    } catch (IOException | StoreException e) {
      throw failed(file + " cannot be removed: " + e, e);
    }
  }

  static IssuanceException failed(String cause, Exception e) {
    return new IssuanceException(new IssuanceFailure.NotStored(cause), e);
  }

  private static Optional<DraftRecord> read(Path file) throws IssuanceException {
    try {
      return Optional.of(DraftRecord.parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed(file + " cannot be read: " + e, e);
    }
  }

  private List<Path> files(CertificateId id) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder(id))) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(id), "*" + SUFFIX)) {
        files.forEach(found::add);
      } catch (IOException e) {
        log.warn("{} cannot be listed: {}", folder(id), e.toString());
      }
    }
    return found;
  }

  private Path file(CertificateId id, String hash) {
    return folder(id).resolve(hash + SUFFIX);
  }

  private Path folder(CertificateId id) {
    return directory.resolve(id.value());
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, HASH_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
