/**
 * Where tls-alpn-01 is answered (RFC 8737): addresses, and the certificates that hold the proofs.
 * Knows no ACME server; {@link io.hybridtls.agent.acme} says what is to be proved.
 */
@NullMarked
package io.hybridtls.agent.tlsalpn;

import org.jspecify.annotations.NullMarked;
