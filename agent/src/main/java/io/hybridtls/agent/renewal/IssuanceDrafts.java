package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.Sha256;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
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
 * Certificates that have been asked for and are not stored yet, with their keys. What is written
 * here is what makes an interrupted issuance go on with the same key and the same order. The caller
 * holds the lock of the certificate; blocks on I/O.
 */
public final class IssuanceDrafts {

  private static final Logger log = LoggerFactory.getLogger(IssuanceDrafts.class);

  private static final int HASH_LENGTH = 32;

  private final DraftFiles files;
  private final RevokedCertificates revoked;
  private final InstantSource clock;
  private final SecureRandom random;

  private IssuanceDrafts(
      DraftFiles files, RevokedCertificates revoked, InstantSource clock, SecureRandom random) {
    this.files = files;
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
    try {
      return new IssuanceDrafts(DraftFiles.open(directory, vault), revoked, clock, random);
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
    Optional<DraftRecord> kept = files.read(spec.id(), hash).filter(fresh::isTakenUpBy);
    if (kept.isEmpty()) {
      files.remove(spec.id(), hash);
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
      for (CertificateId id : files.ids()) {
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
    for (String hash : files.hashes(id)) {
      files.remove(id, hash);
    }
  }

  DraftFiles files() {
    return files;
  }

  RevokedCertificates revoked() {
    return revoked;
  }

  InstantSource clock() {
    return clock;
  }

  private List<DraftRecord> records(CertificateId id) {
    List<DraftRecord> found = new ArrayList<>();
    for (String hash : files.hashes(id)) {
      try {
        files.read(id, hash).ifPresent(found::add);
      } catch (IssuanceException e) {
        log.warn("certificate {}: {}", id, e.getMessage());
      }
    }
    return found;
  }

  private static String hash(String text) {
    return Sha256.hex(text).substring(0, HASH_LENGTH);
  }
}
