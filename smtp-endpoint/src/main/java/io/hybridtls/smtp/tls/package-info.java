/**
 * TLS contexts made from the live certificates, and proof of who the peer is (RFC 5280, RFC 9525).
 * Used by both sides; the only room that turns certificates into contexts.
 */
@NullMarked
package io.hybridtls.smtp.tls;

import org.jspecify.annotations.NullMarked;
