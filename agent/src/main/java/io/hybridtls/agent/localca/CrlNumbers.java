package io.hybridtls.agent.localca;

import io.hybridtls.certstore.storage.AtomicFile;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers of revocation lists, which grow whatever the clock does (RFC 5280, section 5.2.3). A
 * start takes a block of them and writes down where it ends, so that none needs the disk when a
 * list is signed and none comes twice. Safe for any thread.
 */
final class CrlNumbers {

  private static final String FILE = "crl-number";
  private static final long BLOCK = 1_000_000;

  private final AtomicLong next;

  private CrlNumbers(long first) {
    next = new AtomicLong(first);
  }

  /**
   * Takes the next block of the file in {@code directory}.
   *
   * @param now in seconds, the least to begin with, so that numbers grow also if the file is lost
   */
  static CrlNumbers open(Path directory, Instant now) throws StoreException {
    Path file = directory.resolve(FILE);
    try {
      long taken = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
      long first = Math.max(taken, now.getEpochSecond());
      AtomicFile.writeString(file, Long.toString(first + BLOCK) + "\n");
      return new CrlNumbers(first);
    } catch (IOException | NumberFormatException e) {
      throw new StoreException(
          file
              + " cannot be used ("
              + e.getMessage()
              + "); restore it from a backup, or remove it, and numbering goes on from the clock",
          e);
    }
  }

  BigInteger next() {
    return BigInteger.valueOf(next.getAndIncrement());
  }
}
