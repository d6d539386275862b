package io.hybridtls.certstore.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Files and directories that nobody but the agent's own user may use. A problem is told with the
 * command that mends it.
 */
public final class OwnerOnly {

  /** For a file that is replaced but never edited by hand. */
  static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  /** For a secret that is written once. */
  static final Set<PosixFilePermission> READ_ONLY_FILE =
      PosixFilePermissions.fromString("r--------");

  static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private OwnerOnly() {}

  static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> permissions) {
    return PosixFilePermissions.asFileAttribute(permissions);
  }

  /**
   * Makes {@code directory} and whichever of its parents are missing, 0700 each; durable when it
   * returns.
   */
  public static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    try {
      Files.createDirectory(directory, attribute(DIRECTORY));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    if (parent != null) {
      AtomicFile.syncDirectory(parent);
    }
  }

  /**
   * What is wrong with the owner or mode of {@code path}, with the remedy; empty when nothing is.
   *
   * @param mode the mode to recommend
   */
  static Optional<String> problemOf(Path path, Set<PosixFilePermission> mode) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      return Optional.of(
          path
              + " is a symbolic link, and others may change what it leads to; put what it stands"
              + " for in its place, or name "
              + path.toRealPath());
    }
    String owner = attributes.owner().getName();
    Optional<String> us = ProcessHandle.current().info().user();
    if (us.isPresent() && !us.get().equals(owner)) {
      return Optional.of(path + " belongs to " + owner + "; run: chown " + us.get() + " " + path);
    }
    Set<PosixFilePermission> excess = EnumSet.copyOf(OTHERS);
    excess.retainAll(attributes.permissions());
    return excess.isEmpty()
        ? Optional.empty()
        : Optional.of(
            path
                + " is open to other users (mode "
                + octal(attributes.permissions())
                + "); run: chmod "
                + octal(mode)
                + " "
                + path);
  }

  /**
   * @throws StoreException with the {@code chmod} or {@code chown} to run, when somebody else could
   *     use {@code path}
   */
  static void require(Path path, Set<PosixFilePermission> mode) throws StoreException {
    try {
      Optional<String> problem = problemOf(path, mode);
      if (problem.isPresent()) {
        throw new StoreException(problem.get());
      }
    } catch (IOException e) {
      throw StoreProblems.unreadable(path, e);
    }
  }

  /** As {@code chmod} takes it, {@code 0640}. */
  static String octal(Set<PosixFilePermission> permissions) {
    int bits = 0;
    for (char permission : PosixFilePermissions.toString(permissions).toCharArray()) {
      bits = bits << 1 | (permission == '-' ? 0 : 1);
    }
    return String.format("%04o", bits);
  }
}
