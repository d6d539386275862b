package io.hybridtls.agent.est;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An issuer of type {@code est}.
 *
 * @param name of the issuer in the configuration
 * @param server {@code https}, with host and port and no path
 * @param label which of the server's CAs (RFC 7030, section 3.2.2); empty for the only one
 * @param trustedCaFile roots that the server is checked against, in place of those that Java ships
 * @param credentials for HTTP authentication, Basic or Digest as the server asks
 * @param presentCertificate whether the certificate in use is presented when it is renewed
 */
public record EstSettings(
    String name,
    URI server,
    Optional<String> label,
    Optional<Path> trustedCaFile,
    Optional<EstCredentials> credentials,
    boolean presentCertificate) {}
