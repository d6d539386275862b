package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.OwnerOnly;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of issuances, as {@code <id>.json} in one directory; it outlives {@code kill
 * -9}. An entry that cannot be written still counts until the agent stops: a full disk must not
 * make the agent forget that a CA asked it to wait. Safe for any thread; blocks on I/O.
 */
public final class IssuanceJournal {

  private static final Logger log = LoggerFactory.getLogger(IssuanceJournal.class);

  private static final String SUFFIX = ".json";

  private final Path directory;
  private final ConcurrentMap<CertificateId, JournalEntry> entries = new ConcurrentHashMap<>();

  private IssuanceJournal(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the journal kept in {@code directory}, which is made (0700) if it is missing. An entry
   * that cannot be read is logged and forgotten; what waited for a correction of the configuration
   * waits no more.
   *
   * @throws StoreException when the directory cannot be made or listed
   */
  public static IssuanceJournal open(Path directory) throws StoreException {
    IssuanceJournal journal = new IssuanceJournal(directory);
    try {
      OwnerOnly.createDirectories(directory);
      AtomicFile.removeLeftovers(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        files.forEach(journal::read);
      }
    } catch (IOException e) {
      throw new StoreException("cannot read " + directory + ": " + e.getMessage(), e);
    }
    return journal;
  }

  /** The entry of {@code id}; {@link JournalEntry#NONE} before the first attempt. */
  public JournalEntry find(CertificateId id) {
    return entries.getOrDefault(id, JournalEntry.NONE);
  }

  /** Changes the entry of {@code id}; changes of one entry are serialised. */
  void update(CertificateId id, UnaryOperator<JournalEntry> change) {
    entries.compute(
        id,
        (key, before) -> {
          JournalEntry after = change.apply(before == null ? JournalEntry.NONE : before);
          write(id, after);
          return after;
        });
  }

  /** Ends what {@code ids} wait for, except where the CA demanded it. */
  void endWaits(Set<CertificateId> ids) {
    for (CertificateId id : ids) {
      if (find(id).notBefore().isPresent()) {
        update(id, JournalEntry::mended);
      }
    }
  }

  private void read(Path file) {
    String name = String.valueOf(file.getFileName());
    String id = name.substring(0, name.length() - SUFFIX.length());
    try {
      if (CertificateId.isValid(id)) {
        JournalEntry entry = JournalFormat.parse(Files.readString(file));
        entries.put(CertificateId.of(id), entry.atStart());
      }
    } catch (IOException e) {
      log.warn("{} cannot be read, and its certificate starts afresh: {}", file, e.getMessage());
    }
  }

  private void write(CertificateId id, JournalEntry entry) {
    Path file = directory.resolve(id + SUFFIX);
    try {
      AtomicFile.writeString(file, JournalFormat.toJson(entry));
    } catch (IOException e) {
      log.error(
          "{} cannot be written: {}; a restart would forget when {} may be ordered again",
          file,
          e.toString(),
          id);
    }
  }
}
