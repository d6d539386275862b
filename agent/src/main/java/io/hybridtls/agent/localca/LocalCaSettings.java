package io.hybridtls.agent.localca;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * One private CA, as configured.
 *
 * @param name the issuer's name in the configuration
 * @param commonName the organisation's name for it; the root is "{commonName} Root CA"
 * @param lifetime of the end-entity certificates
 * @param crlBaseUrl where the agent's HTTP listener is reachable, for CRL distribution points (RFC
 *     5280, section 4.2.1.13)
 */
public record LocalCaSettings(
    String name, String commonName, Duration lifetime, Optional<URI> crlBaseUrl) {}
