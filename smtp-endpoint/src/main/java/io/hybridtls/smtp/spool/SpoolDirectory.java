package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The files of a spool, which only their owner may read. */
final class SpoolDirectory {

  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final String DATABASE = "spool.db";

  private final Path root;

  private SpoolDirectory(Path root) {
    this.root = root;
  }

  /** Makes what is missing, and refuses what others can read. */
  static SpoolDirectory prepare(Path root) throws SpoolException {
    SpoolDirectory directory = new SpoolDirectory(root);
    try {
      boolean isNew = Files.notExists(root);
      Files.createDirectories(root, PRIVATE_FOLDER);
      refuseWideModes(root, "0700");
      Files.createDirectories(directory.largeBodies(), PRIVATE_FOLDER);
      refuseWideModes(directory.largeBodies(), "0700");
      for (Path file : List.of(directory.lock(), directory.database())) {
        if (Files.notExists(file)) {
          Files.createFile(file, PRIVATE_FILE);
        }
      }
      for (String name : List.of("spool.lock", DATABASE, DATABASE + "-wal", DATABASE + "-shm")) {
        refuseWideModes(root.resolve(name), "0600");
      }
      sync(root);
      if (isNew && root.getParent() != null) {
        sync(root.getParent());
      }
    } catch (IOException e) {
      throw SpoolException.failed(
          "spool directory " + root + " cannot be used: " + e + "; check its owner", e);
    }
    return directory;
  }

  Path root() {
    return root;
  }

  Path lock() {
    return root.resolve("spool.lock");
  }

  Path database() {
    return root.resolve(DATABASE);
  }

  Path largeBodies() {
    return root.resolve("large");
  }

  /** Makes the names in a folder durable. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void refuseWideModes(Path path, String mode) throws IOException, SpoolException {
    if (Files.notExists(path)) {
      return;
    }
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (!OWNERS.containsAll(modes)) {
      throw SpoolException.failed(
          path
              + " holds mail and is open to other users ("
              + PosixFilePermissions.toString(modes)
              + "): run chmod "
              + mode
              + " "
              + path);
    }
  }
}
