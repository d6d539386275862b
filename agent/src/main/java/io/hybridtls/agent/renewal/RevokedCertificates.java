package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.Sha256;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.JsonRecord;
import io.hybridtls.certstore.storage.OwnerOnly;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of our certificates have been revoked and have not expired, as {@code <fingerprint>.json}
 * in one directory. Such a certificate is replaced at once, and not put back into use; a key that
 * was compromised is not certified again. Safe for any thread; {@link #note} blocks on I/O.
 */
public final class RevokedCertificates {

  private static final Logger log = LoggerFactory.getLogger(RevokedCertificates.class);

  private static final String SUFFIX = ".json";

  private final Path directory;
  private final InstantSource clock;
  private final ConcurrentMap<String, Revocation> revocations = new ConcurrentHashMap<>();

  private RevokedCertificates(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Reads what is kept in {@code directory}, which is made (0700) if it is missing, and removes
   * what has expired.
   *
   * @throws StoreException when the directory cannot be made or listed
   */
  public static RevokedCertificates open(Path directory, InstantSource clock)
      throws StoreException {
    RevokedCertificates revoked = new RevokedCertificates(directory, clock);
    try {
      OwnerOnly.createDirectories(directory);
      AtomicFile.removeLeftovers(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          revoked.read(file);
        }
      }
    } catch (IOException e) {
      throw new StoreException("cannot read " + directory + ": " + e.getMessage(), e);
    }
    return revoked;
  }

  /**
   * Remembers that {@code held} was revoked; the first word counts, unless it was not yet known
   * then that the key is compromised.
   */
  void note(HeldCertificate held, String reason) {
    Revocation now = new Revocation(clock.instant(), reason, held.spkiSha256(), held.notAfter());
    revocations.compute(
        held.fingerprint(),
        (fingerprint, before) -> {
          if (before != null && (before.isOfTheKey() || !now.isOfTheKey())) {
            return before;
          }
          write(fingerprint, now);
          return now;
        });
  }

  /** Why {@code generation} is not to be used, if one of its certificates or keys is revoked. */
  Optional<Revocation> find(Generation generation) {
    return revocations.isEmpty()
        ? Optional.empty()
        : generation.certificates().stream().flatMap(held -> find(held).stream()).findFirst();
  }

  /** Whether a certificate was revoked because others have got its key, which is this one. */
  public boolean isCompromised(PublicKey key) {
    return !revocations.isEmpty() && byKey(Sha256.hex(key.getEncoded())).isPresent();
  }

  /** Why {@code held} is not to be used, if it or its key is revoked. */
  Optional<Revocation> find(HeldCertificate held) {
    return Optional.ofNullable(revocations.get(held.fingerprint()))
        .or(() -> byKey(held.spkiSha256()));
  }

  private Optional<Revocation> byKey(String spkiSha256) {
    return revocations.values().stream()
        .filter(each -> each.isOfTheKey() && each.spkiSha256().equals(spkiSha256))
        .findFirst();
  }

  private void write(String fingerprint, Revocation revocation) {
    Path file = directory.resolve(fingerprint + SUFFIX);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", revocation.at().toString());
    fields.put("reason", revocation.reason());
    fields.put("spkiSha256", revocation.spkiSha256());
    fields.put("notAfter", revocation.notAfter().toString());
    try {
      AtomicFile.writeString(file, JsonRecord.toText(fields));
    } catch (IOException e) {
      log.error("{} cannot be written, and a restart forgets a revocation: {}", file, e.toString());
    }
  }

  private void read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    Optional<Revocation> kept = parse(file);
    if (kept.filter(each -> each.notAfter().isBefore(clock.instant())).isPresent()) {
      AtomicFile.delete(file);
    } else {
      kept.ifPresent(
          each -> revocations.put(name.substring(0, name.length() - SUFFIX.length()), each));
    }
  }

  private static Optional<Revocation> parse(Path file) {
    try {
      Map<String, Object> fields = JsonRecord.parse(Files.readString(file));
      return Optional.of(
          new Revocation(
              Instant.parse(String.valueOf(fields.get("at"))),
              String.valueOf(fields.get("reason")),
              String.valueOf(fields.get("spkiSha256")),
              Instant.parse(String.valueOf(fields.get("notAfter")))));
    } catch (IOException | DateTimeException e) {
      log.warn("{} cannot be read, and a revocation is not known: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
