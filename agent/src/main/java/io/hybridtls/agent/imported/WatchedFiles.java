package io.hybridtls.agent.imported;

import io.hybridtls.agent.chain.TrustedRoots;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that are read again only when they have changed. Used by one thread at a time. */
final class WatchedFiles {

  /** Of a file that is younger, a second change may bear the same time as the first. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private static final long MAX_SIZE = 1024 * 1024;

  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final FilesSettings settings;
  private final InstantSource clock;
  private List<Stamp> stamps = List.of();
  private @Nullable Assembled known;

  /** What changes with every change of a file, also when another takes its place. */
  private record Stamp(Path file, Instant modified, long size, @Nullable Object key) {}

  WatchedFiles(FilesSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What they hold now.
   *
   * @throws UnusableFilesException when that is no whole certificate with its key
   */
  Assembled read() throws UnusableFilesException {
    List<Stamp> now = stamps();
    requireClosed(settings.secretFile());
    Assembled before = known;
    if (before != null && now.equals(stamps)) {
      return before;
    }
    Assembled made = assemble();
    if (isSettled(now)) {
      stamps = now;
      known = made;
    }
    return made;
  }

  private boolean isSettled(List<Stamp> read) {
    Instant settled = clock.instant().minus(SETTLED);
    return read.stream().allMatch(stamp -> stamp.modified().isBefore(settled));
  }

  private Assembled assemble() throws UnusableFilesException {
    List<GivenFile> files = new ArrayList<>();
    for (Path file : settings.files()) {
      files.add(GivenFile.of(file.toString(), contents(file)));
    }
    Given given = GivenFiles.read(files, password());
    return new Assembly(roots(), clock.instant()).of(given, List.of());
  }

  private TrustedRoots roots() throws UnusableFilesException {
    try {
      return TrustedRoots.read(settings.trustedCaFile());
    } catch (IOException e) {
      throw new UnusableFilesException(String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<Password> password() throws UnusableFilesException {
    if (settings.password().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Password.of(settings.password().get().read()));
    } catch (IOException e) {
      throw new UnusableFilesException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<Stamp> stamps() throws UnusableFilesException {
    List<Stamp> found = new ArrayList<>();
    for (Path file : settings.files()) {
      try {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        found.add(
            new Stamp(file, seen.lastModifiedTime().toInstant(), seen.size(), seen.fileKey()));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return found;
  }

  private static byte[] contents(Path file) throws UnusableFilesException {
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new UnusableFilesException(file + " is too large for certificates and keys");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** As for every secret: whoever else could read the key may have. */
  private static void requireClosed(Path file) throws UnusableFilesException {
    try {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw new UnusableFilesException(
            file
                + " holds a private key, and is open to others than its owner; run chmod 600 "
                + file
                + ", and let the tool that writes it do so too");
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UnusableFilesException unreadable(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return new UnusableFilesException("there is no file " + file + " yet", cause);
    }
    return new UnusableFilesException(
        cause instanceof AccessDeniedException
            ? file + " cannot be read; let the agent's user own it"
            : file + " cannot be read: " + cause.getMessage(),
        cause);
  }
}
