package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where what lies under {@code root}: {@code <id>/<number>/} for a generation, {@code
 * <id>/.<number>.tmp/} for one that is being written or removed, {@code <id>/active}.
 */
record StoreLayout(Path root) {

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Pattern TEMPORARY = Pattern.compile("\\..*\\.tmp");

  Path folder(CertificateId id) {
    return root.resolve(id.value());
  }

  Path generation(CertificateId id, long number) {
    return folder(id).resolve(Long.toString(number));
  }

  Path temporary(CertificateId id, long number) {
    return folder(id).resolve("." + number + ".tmp");
  }

  Path activeFile(CertificateId id) {
    return folder(id).resolve("active");
  }

  /** The ids that have a folder, sorted; folders that are none of ours are passed over. */
  List<CertificateId> ids() throws IOException {
    return foldersIn(root, CertificateId::isValid).stream()
        .map(folder -> CertificateId.of(nameOf(folder)))
        .sorted()
        .toList();
  }

  /** The numbers of the whole generations of {@code id}, ascending. */
  List<Long> generations(CertificateId id) throws IOException {
    return foldersIn(folder(id), name -> NUMBER.matcher(name).matches()).stream()
        .map(folder -> Long.valueOf(nameOf(folder)))
        .sorted()
        .toList();
  }

  /**
   * @throws StoreException when somebody else could use the store, with the command that mends the
   *     first file, and one for all when there are more
   */
  void requireOwnerOnly() throws IOException, StoreException {
    List<String> problems = new ArrayList<>();
    OwnerOnly.problemOf(root, OwnerOnly.DIRECTORY).ifPresent(problems::add);
    for (CertificateId id : ids()) {
      OwnerOnly.problemOf(folder(id), OwnerOnly.DIRECTORY).ifPresent(problems::add);
      for (long number : generations(id)) {
        Path generation = generation(id, number);
        OwnerOnly.problemOf(generation, OwnerOnly.DIRECTORY).ifPresent(problems::add);
        for (Path identity : identitiesIn(generation)) {
          OwnerOnly.problemOf(identity, OwnerOnly.FILE).ifPresent(problems::add);
        }
      }
    }
    if (problems.size() == 1) {
      throw new StoreException(problems.get(0));
    }
    if (!problems.isEmpty()) {
      throw new StoreException(
          problems.get(0)
              + " (and "
              + (problems.size() - 1)
              + " more like it; for all modes: chmod -R go= "
              + root
              + ")");
    }
  }

  /** Removes what a crash in the middle of a write or a removal has left. */
  void removeLeftovers() throws IOException {
    for (CertificateId id : ids()) {
      AtomicFile.removeLeftovers(folder(id));
      for (Path leftover : foldersIn(folder(id), name -> TEMPORARY.matcher(name).matches())) {
        delete(leftover);
      }
    }
  }

  /** Puts a complete temporary folder in its place; durable when it returns. */
  void put(Path temporary, Path generation) throws IOException {
    Files.move(temporary, generation, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncDirectory(root.resolve(generation.getParent()));
  }

  /** Takes a generation away: all of it disappears at once, then its files are removed. */
  void remove(CertificateId id, long number) throws IOException {
    Path doomed = temporary(id, number);
    Files.move(generation(id, number), doomed, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncDirectory(folder(id));
    delete(doomed);
  }

  /** Removes {@code folder} and what is in it; nothing happens when it is not there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static List<Path> identitiesIn(Path generation) throws IOException {
    List<Path> identities = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(generation, GenerationFolder.IDENTITIES)) {
      files.forEach(identities::add);
    }
    identities.sort(Comparator.naturalOrder());
    return identities;
  }

  private static List<Path> foldersIn(Path parent, Predicate<String> named) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries
          .filter(entry -> named.test(nameOf(entry)) && Files.isDirectory(entry))
          .toList();
    }
  }

  private static String nameOf(Path entry) {
    return String.valueOf(entry.getFileName());
  }
}
