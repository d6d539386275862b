package io.hybridtls.agent.cli;

import io.hybridtls.agent.config.FileModes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that the command line names. It is read and written by the command, and not by the agent,
 * whose user may not be allowed to. Every failure names the file.
 */
record LocalFile(Path path) {

  /**
   * All of it.
   *
   * @param limit the most octets that it can sensibly have
   */
  byte[] read(int limit) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        throw new IOException(path + " is a folder; name a file; nothing was changed");
      }
      try (var in = Files.newInputStream(path)) {
        byte[] content = in.readNBytes(limit + 1); // a device has no size
        if (content.length > limit) {
          throw new IOException(
              path + " has more than " + limit + " octets, too many; nothing was changed");
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + path + "; nothing was changed", e);
    } catch (FileSystemException e) {
      throw new IOException(path + " cannot be read: " + reason(e) + "; nothing was changed", e);
    }
  }

  /** Its first line; empty when there is none. */
  String firstLine(int limit) throws IOException {
    byte[] content = read(limit);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content))
          .toString()
          .lines()
          .findFirst()
          .orElse("");
    } catch (CharacterCodingException e) {
      throw new IOException(path + " is not text in UTF-8; nothing was changed", e);
    }
  }

  /**
   * Sees that nobody else may use it, where it is a file with modes and not a pipe.
   *
   * @throws IOException when somebody may
   */
  void requireClosed() throws IOException {
    if (Files.isRegularFile(path) && FileModes.isOpenToOthers(path)) {
      throw new IOException(
          path
              + " is open to others than its owner; run chmod 600 "
              + path
              + "; nothing was changed");
    }
  }

  /**
   * Sees that it can be written, before something is done that is in vain when it cannot.
   *
   * @throws IOException when it cannot
   */
  void requireWritable() throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + " is a folder; name a file in it; nothing was changed");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder + "; make it; nothing was changed");
    }
    if (!Files.isWritable(Files.exists(path) ? path : folder)) {
      throw new IOException(path + " cannot be written: permission denied; nothing was changed");
    }
  }

  void write(String text) throws IOException {
    try {
      Files.writeString(path, text);
    } catch (FileSystemException e) {
      throw new IOException(path + " cannot be written: " + reason(e), e);
    }
  }

  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }
}
