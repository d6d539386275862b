/**
 * The HTTP listener: answers http-01 challenges (RFC 8555, section 8.3) and serves the private CA's
 * certificates and revocation lists. Other rooms put what is to be served into {@code HttpRoutes}.
 */
@NullMarked
package io.hybridtls.agent.http;

import org.jspecify.annotations.NullMarked;
