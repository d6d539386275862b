package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.Sha256;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.OwnerOnly;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final RevokedCertificates revoked;
  private final InstantSource clock;
  private final SecureRandom random;

  private IssuanceDrafts(
      Path directory,
      KeyVault vault,
      RevokedCertificates revoked,
      InstantSource clock,
      SecureRandom random) {
    this.directory = directory;
    this.vault = vault;
    this.revoked = revoked;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Opens the drafts kept in {@code directory}, which is made (0700) if it is missing. Removes what
   * writes that a crash cut short have left.
   *
   * @param revoked whose keys are not used again
   * @throws StoreException when the directory cannot be made or read
   */
  public static IssuanceDrafts open(
      Path directory,
      KeyVault vault,
      RevokedCertificates revoked,
      InstantSource clock,
      SecureRandom random)
      throws StoreException {
    IssuanceDrafts drafts = new IssuanceDrafts(directory, vault, revoked, clock, random);
    try {
      OwnerOnly.createDirectories(directory);
      for (CertificateId id : drafts.ids()) {
        AtomicFile.removeLeftovers(drafts.folder(id));
      }
      return drafts;
    } catch (IOException e) {
      throw new StoreException("cannot read " + directory + ": " + e.getMessage(), e);
    }
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
    DraftRecord fresh = DraftRecord.of(issuer, algorithm.label(), spec.identifiers(), stored);
    String hash = hash(spec.id() + "\n" + issuer + "\n" + algorithm.label());
    Optional<DraftRecord> kept = readable(spec.id(), hash).filter(fresh::isTakenUpBy);
    if (kept.isEmpty()) {
      forget(spec.id(), hash);
    }
    return new Draft(
        this, hash, spec, algorithm, replaced, kept.isPresent(), kept.orElse(fresh), random);
  }

  /** Whether an attempt was begun when {@code stored} was not yet stored. */
  boolean anyOlderThan(CertificateId id, long stored) {
    return records(id).stream().anyMatch(draft -> draft.since() < stored);
  }

  /**
   * Where {@code spec}, as it is now, has been ordered and is not stored yet.
   *
   * @param stored the highest number of a stored generation
   */
  OrdersAtWork atWork(CertificateSpec spec, long stored) {
    List<DraftRecord> placed =
        records(spec.id()).stream()
            .filter(draft -> draft.order().isPresent() && draft.isFor(spec, stored))
            .toList();
    return new OrdersAtWork(
        issuers(placed),
        issuers(placed.stream().filter(draft -> draft.isOverdue(clock.instant())).toList()));
  }

  private static Set<String> issuers(List<DraftRecord> drafts) {
    return drafts.stream().map(DraftRecord::issuer).collect(Collectors.toSet());
  }

  /** Forgets the drafts of all certificates but {@code wanted}. */
  void retain(Set<CertificateId> wanted) {
    try {
      for (CertificateId id : ids()) {
        if (!wanted.contains(id)) {
          close(id);
        }
      }
    } catch (IOException | IssuanceException e) {
      log.warn("drafts that nobody wants any more are left: {}", e.getMessage());
    }
  }

  /** Forgets every draft of {@code id}: what they were for is stored, or wanted no more. */
  void close(CertificateId id) throws IssuanceException {
    for (Path file : files(id)) {
      forget(id, hashOf(file));
    }
  }

  KeyVault vault() {
    return vault;
  }

  RevokedCertificates revoked() {
    return revoked;
  }

  InstantSource clock() {
    return clock;
  }

  static String keyName(String hash) {
    return "draft." + hash;
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
  void forget(CertificateId id, String hash) throws IssuanceException {
    Path file = file(id, hash);
    try {
      vault.remove(keyName(hash));
      AtomicFile.delete(file);
    } catch (IOException | StoreException e) {
      throw failed(file + " cannot be removed: " + e, e);
    }
  }

  static IssuanceException failed(String cause, Exception e) {
    return new IssuanceException(new IssuanceFailure.NotStored(cause), e);
  }

  /** A record that is damaged is of no use; one that cannot be read now may be read later. */
  private Optional<DraftRecord> readable(CertificateId id, String hash) throws IssuanceException {
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

  private List<DraftRecord> records(CertificateId id) {
    List<DraftRecord> found = new ArrayList<>();
    for (Path file : files(id)) {
      try {
        readable(id, hashOf(file)).ifPresent(found::add);
      } catch (IssuanceException e) {
        log.warn("certificate {}: {}", id, e.getMessage());
      }
    }
    return found;
  }

  private List<CertificateId> ids() throws IOException {
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

  private static String hashOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private Path file(CertificateId id, String hash) {
    return folder(id).resolve(hash + SUFFIX);
  }

  private Path folder(CertificateId id) {
    return directory.resolve(id.value());
  }

  private static String hash(String text) {
    return Sha256.hex(text).substring(0, HASH_LENGTH);
  }
}
