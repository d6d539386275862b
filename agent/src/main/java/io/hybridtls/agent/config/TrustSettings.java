package io.hybridtls.agent.config;

import io.hybridtls.smtp.tls.TrustSource;
import io.hybridtls.smtp.tls.TrustSource.CaFile;
import io.hybridtls.smtp.tls.TrustSource.LocalIssuer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code trusted-ca-file} and {@code trusted-issuer}: the roots that a peer's chain must end at, in
 * place of the system's. The same on both sides of the endpoint.
 */
record TrustSettings(Setting<Optional<Path>> caFile, Setting<Optional<String>> issuer) {

  static TrustSettings read(Section section, Issuers issuers) {
    Setting<Optional<Path>> caFile = section.optional("trusted-ca-file", FileReaders.CA_FILE);
    Setting<Optional<String>> issuer = section.optional("trusted-issuer", Readers.text("internal"));
    issuer.read().flatMap(name -> name).ifPresent(name -> issuers.requireLocalCa(issuer, name));
    if (caFile.written()) {
      issuer.wrongWhenWritten(
          "trusted-ca-file names the roots already", "write one of the two, and remove the other");
    }
    return new TrustSettings(caFile, issuer);
  }

  /** Reports whichever of the two is written, because {@code reason} leaves it nothing to do. */
  void meaningless(String reason, String remedy) {
    caFile.wrongWhenWritten(reason, remedy);
    issuer.wrongWhenWritten(reason, remedy);
  }

  TrustSource source() {
    Optional<TrustSource> file = caFile.get().map(CaFile::new);
    return file.or(() -> issuer.get().map(LocalIssuer::new)).orElseGet(TrustSource::systemRoots);
  }
}
