package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.Authority.Kind;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.OwnerOnly;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every certificate that a private CA has signed, and which of them are revoked: a file each, named
 * by the serial, mode 0600, written before the certificate leaves the CA. What has expired is
 * forgotten; of the revoked, what a list has said after that. Safe for any thread; all methods that
 * do not say otherwise block on I/O.
 */
final class IssuedLedger {

  private static final Logger LOG = LoggerFactory.getLogger(IssuedLedger.class);

  /** How long a record outlives its certificate. */
  static final Duration KEPT = Duration.ofDays(30);

  private static final String SUFFIX = ".json";

  private final Path directory;
  private final InstantSource clock;
  private final Map<BigInteger, IssuedCertificate> revoked = new ConcurrentSkipListMap<>();
  private final Map<BigInteger, Instant> listedAsExpired = new ConcurrentHashMap<>();
  private final PriorityQueue<IssuedCertificate> standing =
      new PriorityQueue<>(Comparator.comparing(IssuedCertificate::notAfter));

  private IssuedLedger(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Reads the ledger in {@code directory}, which is made (0700) if it is missing.
   *
   * @throws StoreException when a record cannot be read: a revocation could be in it
   */
  static IssuedLedger open(Path directory, InstantSource clock) throws StoreException {
    IssuedLedger ledger = new IssuedLedger(directory, clock);
    try {
      OwnerOnly.createDirectories(directory);
      AtomicFile.removeLeftovers(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          ledger.remember(read(file));
        }
      }
      ledger.forget();
      return ledger;
    } catch (IOException e) {
      throw new StoreException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes down a certificate that is about to leave the CA. */
  synchronized void record(IssuedCertificate issued) throws IOException {
    AtomicFile.writeString(fileOf(issued.serial()), LedgerFormat.toJson(issued));
    remember(issued);
    forget();
  }

  /** Empty when this CA has signed no such certificate, or has forgotten it. */
  synchronized Optional<IssuedCertificate> find(BigInteger serial) throws IOException {
    Path file = fileOf(serial); // the file: it may have been written under earlier settings
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /** Writes down that {@code issued} is revoked as of now. */
  synchronized void revoke(IssuedCertificate issued, RevocationReason reason) throws IOException {
    record(issued.revoked(clock.instant(), reason));
  }

  /** Whether {@code certificate} is revoked; never waits for the disk. */
  boolean isRevoked(X509Certificate certificate) {
    return revoked.containsKey(certificate.getSerialNumber());
  }

  /** All that are revoked and have not been forgotten; never waits for the disk. */
  List<IssuedCertificate> revoked() {
    return List.copyOf(revoked.values());
  }

  /** What the issuing CA called {@code authority} has signed that is still good but for it. */
  synchronized List<IssuedCertificate> standing(long authority) {
    Instant now = clock.instant();
    return standing.stream()
        .filter(each -> each.isSignedBy(Kind.ISSUING, authority))
        .filter(each -> now.isBefore(each.notAfter()) && !revoked.containsKey(each.serial()))
        .sorted(Comparator.comparing(IssuedCertificate::issuedAt))
        .toList();
  }

  /**
   * What the list of the authority of that kind and number says when it is signed at {@code now}. A
   * certificate stays on it until a list that was signed after its expiry has been the latest for
   * its time (RFC 5280, section 3.3). Never waits for the disk, as event loops sign lists.
   */
  List<IssuedCertificate> listAt(Kind kind, long authority, Instant now) {
    List<IssuedCertificate> listed = new ArrayList<>();
    for (IssuedCertificate each : revoked.values()) {
      if (each.isSignedBy(kind, authority) && !isDone(each, now)) {
        listed.add(each);
        if (now.isAfter(each.notAfter())) {
          listedAsExpired.putIfAbsent(each.serial(), now);
        }
      }
    }
    return listed;
  }

  private boolean isDone(IssuedCertificate issued, Instant now) {
    Instant first = listedAsExpired.get(issued.serial());
    return first != null && !now.isBefore(first.plus(RevocationList.REFRESH));
  }

  private void remember(IssuedCertificate issued) {
    if (issued.revocation().isPresent()) {
      revoked.put(issued.serial(), issued);
    } else {
      standing.add(issued);
    }
  }

  /** What cannot be removed now is tried again next time; it keeps nothing from being written. */
  private void forget() {
    Instant now = clock.instant();
    try {
      for (IssuedCertificate done :
          revoked.values().stream().filter(e -> isDone(e, now)).toList()) {
        Files.deleteIfExists(fileOf(done.serial()));
        revoked.remove(done.serial());
        listedAsExpired.remove(done.serial());
      }
      forgetStanding(now.minus(KEPT));
    } catch (IOException e) {
      LOG.warn("records that are no longer needed stay in {}: {}", directory, e.toString());
    }
  }

  private void forgetStanding(Instant kept) throws IOException {
    for (var first = standing.peek();
        first != null && first.notAfter().isBefore(kept);
        first = standing.peek()) {
      if (!revoked.containsKey(first.serial())) {
        Files.deleteIfExists(fileOf(first.serial()));
      }
      standing.remove();
    }
  }

  private Path fileOf(BigInteger serial) {
    return directory.resolve(serial.toString(16) + SUFFIX);
  }

  private static IssuedCertificate read(Path file) throws IOException {
    try {
      return LedgerFormat.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          file
              + " cannot be read ("
              + e.getMessage()
              + "); restore it from a backup, or remove it and revoke its certificate again if it"
              + " was revoked",
          e);
    }
  }
}
