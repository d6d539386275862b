package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates as files: {@code certificates/<id>/<generation>/}, with {@code
 * certificates/<id>/active} naming the live generation.
 *
 * <p>A generation is written under a temporary name and renamed when it is complete, so a folder
 * whose name is a number is whole. Writes are serialised; reads take no lock.
 */
final class DirectoryCertificateStore implements CertificateStore {

  private static final Logger log = LoggerFactory.getLogger(DirectoryCertificateStore.class);

  private final StoreLayout layout;
  private final GenerationFolder folders;
  private final InstantSource clock;
  private final Object writing = new Object();

  private DirectoryCertificateStore(
      StoreLayout layout, GenerationFolder folders, InstantSource clock) {
    this.layout = layout;
    this.folders = folders;
    this.clock = clock;
  }

  static DirectoryCertificateStore open(Path directory, StoreSecret secret, InstantSource clock)
      throws StoreException {
    StoreLayout layout = new StoreLayout(directory.resolve(CertificateStores.CERTIFICATES));
    try {
      OwnerOnly.createDirectories(directory);
      OwnerOnly.require(directory, OwnerOnly.DIRECTORY);
      OwnerOnly.createDirectories(layout.root());
      layout.requireOwnerOnly();
      layout.removeLeftovers();
      GenerationFolder folders = new GenerationFolder(secret.keys());
      proveSecret(layout, folders);
      return new DirectoryCertificateStore(layout, folders, clock);
    } catch (IOException e) {
      throw StoreProblems.unreadable(layout.root(), e);
    }
  }

  @Override
  public List<CertificateId> ids() throws StoreException {
    try {
      List<CertificateId> stored = new ArrayList<>();
      for (CertificateId id : layout.ids()) {
        if (!layout.generations(id).isEmpty()) {
          stored.add(id);
        }
      }
      return List.copyOf(stored);
    } catch (IOException e) {
      throw StoreProblems.unreadable(layout.root(), e);
    }
  }

  @Override
  public List<Long> generations(CertificateId id) throws StoreException {
    try {
      return layout.generations(id);
    } catch (IOException e) {
      throw StoreProblems.unreadable(layout.folder(id), e);
    }
  }

  @Override
  public Optional<Generation> find(CertificateId id, long number) throws StoreException {
    Path folder = layout.generation(id, number);
    try {
      return folders.read(folder, id, number);
    } catch (StoreException e) {
      if (!Files.exists(folder)) {
        return Optional.empty(); // pruned while it was being read
      }
      throw e;
    }
  }

  @Override
  public Optional<Long> activeNumber(CertificateId id) throws StoreException {
    Path file = layout.activeFile(id);
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StoreProblems.unreadable(file, e);
    }
    try {
      return Optional.of(Long.valueOf(text));
    } catch (NumberFormatException e) {
      throw new StoreException(
          file + " does not name a generation; write one of " + generations(id) + " into it", e);
    }
  }

  @Override
  public Generation append(
      CertificateId id, List<HeldCertificate> certificates, String issuer, String reason)
      throws StoreException {
    Instant storedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    synchronized (writing) {
      List<Long> stored = generations(id);
      long number = stored.isEmpty() ? 1 : stored.get(stored.size() - 1) + 1;
      Generation generation = new Generation(id, number, storedAt, issuer, reason, certificates);
      write(generation);
      return generation;
    }
  }

  @Override
  public void activate(CertificateId id, long number) throws StoreException {
    synchronized (writing) {
      List<Long> stored = generations(id);
      if (!stored.contains(number)) {
        throw new StoreException(
            "generation " + id + "/" + number + " is not stored; there are " + stored);
      }
      Path file = layout.activeFile(id);
      try {
        AtomicFile.writeString(file, number + "\n");
      } catch (IOException e) {
        throw StoreProblems.unwritable(file, e);
      }
    }
  }

  @Override
  public void prune(CertificateId id, int keep) throws StoreException {
    if (keep < 1) {
      throw new IllegalArgumentException("at least 1 generation is kept, not " + keep);
    }
    synchronized (writing) {
      List<Long> stored = generations(id);
      Optional<Long> active = activeNumber(id);
      for (long number : stored.subList(0, Math.max(0, stored.size() - keep))) {
        if (active.isEmpty() || active.get() != number) {
          remove(id, number);
        }
      }
    }
  }

  private void write(Generation generation) throws StoreException {
    CertificateId id = generation.id();
    Path temporary = layout.temporary(id, generation.number());
    Path place = layout.generation(id, generation.number());
    try {
      OwnerOnly.createDirectories(layout.folder(id));
      StoreLayout.delete(temporary);
      Files.createDirectory(temporary, OwnerOnly.attribute(OwnerOnly.DIRECTORY));
      folders.write(temporary, generation);
      layout.put(temporary, place);
    } catch (IOException e) {
      discard(temporary);
      throw StoreProblems.unwritable(place, e);
    }
  }

  private void remove(CertificateId id, long number) throws StoreException {
    try {
      layout.remove(id, number);
    } catch (IOException e) {
      throw StoreProblems.unwritable(layout.generation(id, number), e);
    }
  }

  private static void discard(Path temporary) {
    try {
      StoreLayout.delete(temporary);
    } catch (IOException e) {
      log.warn("{} is left behind and is removed at the next start: {}", temporary, e.getMessage());
    }
  }

  /**
   * With another secret the agent would take its own certificates for lost and order them anew. One
   * identity that opens proves the secret; those that do not are then damaged.
   */
  private static void proveSecret(StoreLayout layout, GenerationFolder folders)
      throws IOException, StoreException {
    Optional<Path> unopened = Optional.empty();
    for (CertificateId id : layout.ids()) {
      for (long number : layout.generations(id)) {
        Path folder = layout.generation(id, number);
        switch (folders.proofOfSecret(folder)) {
          case RIGHT -> {
            return;
          }
          case WRONG ->
              unopened =
                  unopened.or(() -> Optional.of(folder.resolve(GenerationFolder.identity(0))));
          case NONE -> {} // told when it is read
        }
      }
    }
    if (unopened.isPresent()) {
      throw StoreProblems.wrongSecret(unopened.get());
    }
  }
}
