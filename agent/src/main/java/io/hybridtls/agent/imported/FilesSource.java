package io.hybridtls.agent.imported;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.renewal.CertificateSource;
import io.hybridtls.agent.renewal.Supply;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that another tool writes to files. They are read again when one of them has changed,
 * and taken when the pair is whole: a tool writes them one after the other, and in between the key
 * does not belong to the certificate. Safe for any thread but event loops.
 */
public final class FilesSource implements CertificateSource {

  /** What a tool may take to write its files, or to write them again when it was interrupted. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final FilesSettings settings;
  private final WatchedFiles files;
  private final InstantSource clock;
  private @Nullable Instant brokenSince;

  public FilesSource(FilesSettings settings, InstantSource clock) {
    this.settings = settings;
    this.files = new WatchedFiles(settings, clock);
    this.clock = clock;
  }

  /** The settings that it was made of. */
  public FilesSettings settings() {
    return settings;
  }

  @Override
  public synchronized Supply look(CertificateSpec spec, Optional<Generation> held) {
    List<HeldCertificate> found;
    try {
      found = files.read().certificates();
      brokenSince = null;
    } catch (UnusableFilesException e) {
      return broken(String.valueOf(e.getMessage()));
    }
    if (held.filter(generation -> isSame(generation, found)).isPresent()) {
      return new Supply.Nothing(
          "the tool that writes " + settings.certificateFile() + " has to renew it");
    }
    return new Supply.Ready(
        found,
        settings.certificateFile()
            + " holds another one, with the serial "
            + found.get(0).serial());
  }

  private Supply broken(String problem) {
    Instant now = clock.instant();
    if (brokenSince == null) {
      brokenSince = now;
    }
    String words = "issuers." + settings.name() + ": " + problem;
    return now.isBefore(brokenSince.plus(PATIENCE))
        ? new Supply.Nothing(words)
        : new Supply.Broken(words + "; it has been so since " + InWords.of(brokenSince));
  }

  private boolean isSame(Generation held, List<HeldCertificate> found) {
    return held.issuer().equals(settings.name())
        && chains(held.certificates()).equals(chains(found));
  }

  private static List<?> chains(List<HeldCertificate> certificates) {
    return certificates.stream().map(HeldCertificate::chain).toList();
  }
}
