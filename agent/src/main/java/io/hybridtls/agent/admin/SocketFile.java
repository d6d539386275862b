package io.hybridtls.agent.admin;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of the admin socket in the file system. The socket gets it only once it has its mode, so
 * that there is no moment in which others than its owner could connect.
 */
final class SocketFile {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int PROCESS_ID_DIGITS = 36;

  /** Binds a socket to a path that nobody else can reach. */
  @FunctionalInterface
  interface Binding {
    void bind(UnixDomainSocketAddress unnamed) throws IOException;
  }

  private final Path path;
  private final @Nullable Object inode;

  private SocketFile(Path path, @Nullable Object inode) {
    this.path = path;
    this.inode = inode;
  }

  /**
   * Makes the socket, in place of one that was left behind by an agent that was killed.
   *
   * @throws IOException when another agent answers on {@code path}, something else is there, or the
   *     file system refuses; the message names the path and the remedy
   */
  static SocketFile make(Path path, Binding binding) throws IOException {
    Path folder = folderOf(path);
    Path hidden = folder.resolve("." + Long.toString(ownProcessId(), PROCESS_ID_DIGITS));
    Path unnamed = hidden.resolve("s"); // short: a socket's path has room for about 100 octets
    try {
      Files.createDirectories(folder, OWNER_ONLY_FOLDER);
      requireOwn(path, folder);
      makeWay(path);
      remove(unnamed, hidden); // of an earlier process with this id
      Files.createDirectory(hidden, OWNER_ONLY_FOLDER);
      try {
        binding.bind(UnixDomainSocketAddress.of(unnamed));
        Files.setPosixFilePermissions(unnamed, OWNER_ONLY);
        Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        remove(unnamed, hidden);
      }
      return new SocketFile(path, inodeOf(path));
    } catch (FileSystemException e) {
      throw refused(path, folder, e);
    }
  }

  /** Takes the name away, unless another process has given it to a socket of its own meanwhile. */
  void remove() throws IOException {
    try {
      if (inode != null && inode.equals(inodeOf(path))) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      return; // somebody has tidied up
    }
  }

  private static Path folderOf(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("admin.socket " + path + " is a folder; name a file in it");
    }
    return folder;
  }

  /** Where anybody may put a socket, anybody may pose as the agent, and be sent keys to import. */
  private static void requireOwn(Path path, Path folder) throws IOException {
    if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "admin.socket "
              + path
              + " is in a folder that everybody may write to, so that others could answer in the"
              + " agent's place; name a folder that only the agent's user may write to");
    }
  }

  private static void makeWay(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!attributes(path).isOther()) {
      throw new IOException(
          "admin.socket " + path + " is there already and is no socket; name another path");
    }
    if (isAnswered(path)) {
      throw new IOException(
          "another agent answers on "
              + path
              + "; stop it first, or give this one its own admin.socket and state-directory");
    }
    Files.delete(path);
  }

  private static boolean isAnswered(Path path) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false; // left behind by an agent that was killed
    }
  }

  private static IOException refused(Path path, Path folder, FileSystemException cause) {
    String reason =
        cause instanceof AccessDeniedException
            ? "permission denied"
            : cause.getReason() != null ? cause.getReason() : cause.getClass().getSimpleName();
    return new IOException(
        "admin.socket "
            + path
            + " cannot be made ("
            + cause.getFile()
            + ": "
            + reason
            + "); let the agent's user own "
            + folder
            + ", or set admin.socket to a path in a folder that it owns",
        cause);
  }

  private static void remove(Path unnamed, Path hidden) throws IOException {
    Files.deleteIfExists(unnamed);
    Files.deleteIfExists(hidden);
  }

  private static @Nullable Object inodeOf(Path path) throws IOException {
    return attributes(path).fileKey();
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static long ownProcessId() {
    return ProcessHandle.current().pid();
  }
}
