package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.HeldCertificate;

/**
 * The two CAs with their keys.
 *
 * @param issuing its chain is itself and the root
 */
record Authorities(HeldCertificate root, HeldCertificate issuing) {}
