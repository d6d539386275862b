/**
 * The private CA by Bouncy Castle (RFC 5280): a root, an issuing CA, end-entity certificates,
 * revocation lists. Called by the renewal room through {@code CertificateIssuer}; its keys are kept
 * in a certificate store of its own.
 */
@NullMarked
package io.hybridtls.agent.localca;

import org.jspecify.annotations.NullMarked;
