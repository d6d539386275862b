/**
 * The way from a certificate to a root (RFC 5280, section 6.1), found among certificates that come
 * in any order. Used wherever a chain comes from somebody who may not have put it in order.
 */
@NullMarked
package io.hybridtls.agent.chain;

import org.jspecify.annotations.NullMarked;
