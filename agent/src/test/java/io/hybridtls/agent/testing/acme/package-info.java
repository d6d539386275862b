/**
 * A certificate authority for tests that misbehaves as told (RFC 8555, RFC 9773), and a disk that
 * the agent may lose, or fill, between any two of its writes.
 */
@NullMarked
package io.hybridtls.agent.testing.acme;

import org.jspecify.annotations.NullMarked;
