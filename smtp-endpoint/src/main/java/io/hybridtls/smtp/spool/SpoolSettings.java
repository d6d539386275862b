package io.hybridtls.smtp.spool;

import io.hybridtls.certstore.model.DnsName;
import java.nio.file.Path;

/**
 * Where a spool is and how much it may take.
 *
 * @param directory made with mode 0700 when it is missing
 * @param hostname names this host in bounces: {@code MAILER-DAEMON@hostname}, Reporting-MTA
 * @param hotBytes octets of accepted messages kept in memory for their first delivery
 * @param minimumFreeBytes free octets of the file system below which nothing is accepted, so that
 *     deliveries can still be recorded
 * @param maximumDatabaseBytes size to which the database may grow; a full one accepts nothing
 */
public record SpoolSettings(
    Path directory,
    DnsName hostname,
    long hotBytes,
    long minimumFreeBytes,
    long maximumDatabaseBytes) {

  private static final long MEBIBYTE = 1L << 20;
  private static final long SMALLEST_DATABASE = 1L << 16;

  public SpoolSettings {
    directory = directory.toAbsolutePath().normalize();
    if (hotBytes < 0 || minimumFreeBytes < 0) {
      throw new IllegalArgumentException("sizes of a spool are not negative");
    }
    if (maximumDatabaseBytes < SMALLEST_DATABASE) {
      throw new IllegalArgumentException(
          maximumDatabaseBytes + " octets hold no spool: use at least " + SMALLEST_DATABASE);
    }
  }

  /** 64 MiB of memory, 64 MiB left free, and no bound on the database. */
  public static SpoolSettings of(Path directory, DnsName hostname) {
    return new SpoolSettings(directory, hostname, 64 * MEBIBYTE, 64 * MEBIBYTE, Long.MAX_VALUE);
  }

  public SpoolSettings withHotBytes(long bytes) {
    return new SpoolSettings(directory, hostname, bytes, minimumFreeBytes, maximumDatabaseBytes);
  }

  public SpoolSettings withMinimumFreeBytes(long bytes) {
    return new SpoolSettings(directory, hostname, hotBytes, bytes, maximumDatabaseBytes);
  }

  public SpoolSettings withMaximumDatabaseBytes(long bytes) {
    return new SpoolSettings(directory, hostname, hotBytes, minimumFreeBytes, bytes);
  }
}
