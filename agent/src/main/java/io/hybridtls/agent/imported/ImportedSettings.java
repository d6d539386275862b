package io.hybridtls.agent.imported;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An issuer of type {@code imported}: somebody brings certificates, and the command line takes them
 * in.
 *
 * @param name of the issuer in the configuration
 * @param trustedCaFile roots beyond those that Java ships, at which a chain may end
 */
public record ImportedSettings(String name, Optional<Path> trustedCaFile) {}
