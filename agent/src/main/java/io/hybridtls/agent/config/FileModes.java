package io.hybridtls.agent.config;

import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.function.Predicate;

/** Who may use a file with a secret. Where files have no such modes, nobody is said to. */
public final class FileModes {

  private FileModes() {}

  /** Whether group or others may read {@code file}. */
  static boolean isReadableByOthers(Path file) {
    return anyMode(file, mode -> mode == GROUP_READ || mode == OTHERS_READ);
  }

  /**
   * Whether anybody but its owner may do anything with {@code file}; false when it is not there.
   */
  public static boolean isOpenToOthers(Path file) {
    return anyMode(
        file, mode -> mode != OWNER_READ && mode != OWNER_WRITE && mode != OWNER_EXECUTE);
  }

  private static boolean anyMode(Path file, Predicate<PosixFilePermission> wanted) {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(wanted);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
