/**
 * The sending conversation (RFC 5321, section 3.3), its TLS, and the pool of connections that
 * {@code smtp.outbound} delivers through.
 */
@NullMarked
package io.hybridtls.smtp.client;

import org.jspecify.annotations.NullMarked;
