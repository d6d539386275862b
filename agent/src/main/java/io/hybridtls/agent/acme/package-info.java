/**
 * The ACME issuer (RFC 8555) by acme4j: accounts, orders, challenges, and what a CA's refusal means
 * for the next attempt. Called by the renewal room through {@code CertificateIssuer}.
 */
@NullMarked
package io.hybridtls.agent.acme;

import org.jspecify.annotations.NullMarked;
