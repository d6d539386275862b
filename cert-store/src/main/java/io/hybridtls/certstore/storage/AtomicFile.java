package io.hybridtls.certstore.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Files that are there whole or not at all, also after a power cut: written beside the target,
 * fsync'd, renamed over it, and the directory fsync'd. A reader sees the old content or the new.
 */
public final class AtomicFile {

  private static final String TEMPORARY = ".tmp";

  private AtomicFile() {}

  /** Puts {@code content} into {@code file}, mode 0600; durable when it returns. */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, content, OwnerOnly.FILE);
  }

  /** Puts {@code content} into {@code file} as UTF-8, mode 0600; durable when it returns. */
  public static void writeString(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes what writes that a crash cut short have left in {@code directory}. */
  public static void removeLeftovers(Path directory) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, ".*" + TEMPORARY)) {
      for (Path leftover : leftovers) {
        if (Files.isRegularFile(leftover)) {
          Files.delete(leftover);
        }
      }
    }
  }

  /** Removes {@code file}, if it is there; durable when it returns. */
  public static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      syncDirectory(directoryOf(file));
    }
  }

  static void write(Path file, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    Path directory = directoryOf(file);
    Path temporary =
        Files.createTempFile(
            directory,
            "." + file.getFileName() + ".",
            TEMPORARY,
            OwnerOnly.attribute(OwnerOnly.FILE));
    try {
      fill(temporary, content);
      Files.setPosixFilePermissions(temporary, permissions);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    syncDirectory(directory);
  }

  /** Makes a new file, mode 0600, and fsyncs it; only for directories that are not yet in place. */
  static void create(Path file, byte[] content) throws IOException {
    Files.createFile(file, OwnerOnly.attribute(OwnerOnly.FILE));
    fill(file, content);
  }

  /** Makes the names in {@code directory} durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void fill(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is not the name of a file");
    }
    return parent;
  }
}
