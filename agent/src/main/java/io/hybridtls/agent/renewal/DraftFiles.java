package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.LostKeyException;
import io.hybridtls.certstore.storage.OwnerOnly;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drafts as files, {@code <id>/<hash>.json} in one directory, with their keys in the vault. Blocks
 * on I/O.
 */
final class DraftFiles {

  private static final Logger log = LoggerFactory.getLogger(DraftFiles.class);

  private static final String SUFFIX = ".json";

  private final Path directory;
  private final KeyVault vault;

  private DraftFiles(Path directory, KeyVault vault) {
    this.directory = directory;
    this.vault = vault;
  }

  /**
   * Makes the directory (0700) if it is missing, and removes what writes that a crash cut short
   * have left.
   */
  static DraftFiles open(Path directory, KeyVault vault) throws IOException {
    DraftFiles files = new DraftFiles(directory, vault);
    OwnerOnly.createDirectories(directory);
    for (CertificateId id : files.ids()) {
      AtomicFile.removeLeftovers(files.folder(id));
    }
    return files;
  }

  /** Of which certificates there may be drafts. */
  List<CertificateId> ids() throws IOException {
    List<CertificateId> found = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path each : folders) {
        String name = String.valueOf(each.getFileName());
        if (CertificateId.isValid(name)) {
          found.add(CertificateId.of(name));
        }
      }
    }
    return found;
  }

  /** The hashes of the drafts of {@code id}. */
  List<String> hashes(CertificateId id) {
    List<String> found = new ArrayList<>();
    if (Files.isDirectory(folder(id))) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(id), "*" + SUFFIX)) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          found.add(name.substring(0, name.length() - SUFFIX.length()));
        }
      } catch (IOException e) {
        log.warn("{} cannot be listed: {}", folder(id), e.toString());
      }
    }
    return found;
  }

  /** A record that is damaged is of no use; one that cannot be read now may be read later. */
  Optional<DraftRecord> read(CertificateId id, String hash) throws IssuanceException {
    Path file = file(id, hash);
    String json;
    try {
      json = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed(file + " cannot be read: " + e, e);
    }
    try {
      return Optional.of(DraftRecord.parse(json));
    } catch (IOException e) {
      log.warn(
          "certificate {}: {} is damaged, and it is asked for anew: {}", id, file, e.toString());
      return Optional.empty();
    }
  }

  void write(CertificateId id, String hash, DraftRecord draft) throws IssuanceException {
    Path file = file(id, hash);
    try {
      OwnerOnly.createDirectories(folder(id));
      AtomicFile.writeString(file, draft.toJson());
    } catch (IOException e) {
      throw failed(file + " cannot be written: " + e, e);
    }
  }

  /** The record goes last, so that no key is ever kept of which nothing is written. */
  void remove(CertificateId id, String hash) throws IssuanceException {
    Path file = file(id, hash);
    try {
      vault.remove(keyName(hash));
      AtomicFile.delete(file);
    } catch (IOException | StoreException e) {
      throw failed(file + " cannot be removed: " + e, e);
    }
  }

  /** A key that is lost is lost with its order; one that cannot be read now may be read later. */
  Optional<KeyPair> findKey(CertificateId id, String hash) throws IssuanceException {
    try {
      return vault.find(keyName(hash));
    } catch (LostKeyException e) {
      log.warn("certificate {}: {}; it is asked for anew", id, e.getMessage());
      return Optional.empty();
    } catch (StoreException e) {
      throw failed("its key cannot be read: " + e.getMessage(), e);
    }
  }

  void keepKey(String hash, KeyPair keys) throws IssuanceException {
    try {
      vault.put(keyName(hash), keys);
    } catch (StoreException e) {
      throw failed("its key cannot be kept: " + e.getMessage(), e);
    }
  }

  private static String keyName(String hash) {
    return "draft." + hash;
  }

  private static IssuanceException failed(String cause, Exception e) {
    return new IssuanceException(new IssuanceFailure.NotStored(cause), e);
  }

  private Path file(CertificateId id, String hash) {
    return folder(id).resolve(hash + SUFFIX);
  }

  private Path folder(CertificateId id) {
    return directory.resolve(id.value());
  }
}
