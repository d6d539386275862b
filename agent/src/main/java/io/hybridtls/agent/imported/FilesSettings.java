package io.hybridtls.agent.imported;

import io.hybridtls.agent.secret.SecretText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An issuer of type {@code files}: another tool writes certificates, and the agent takes them in.
 *
 * @param name of the issuer in the configuration
 * @param certificateFile with the certificate, as a rule with its chain
 * @param keyFile empty when the key is in {@code certificateFile}
 * @param chainFile with the chain, where it is not in {@code certificateFile}
 * @param password of the key, if it is encrypted
 * @param trustedCaFile roots beyond those that Java ships, at which a chain may end
 */
public record FilesSettings(
    String name,
    Path certificateFile,
    Optional<Path> keyFile,
    Optional<Path> chainFile,
    Optional<SecretText> password,
    Optional<Path> trustedCaFile) {

  /** All that are watched. */
  List<Path> files() {
    return Stream.concat(
            Stream.of(certificateFile), Stream.concat(keyFile.stream(), chainFile.stream()))
        .distinct()
        .toList();
  }

  /** The one that holds the key. */
  Path secretFile() {
    return keyFile.orElse(certificateFile);
  }
}
