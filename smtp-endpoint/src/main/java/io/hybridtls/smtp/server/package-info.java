/**
 * Sockets: listeners, framing, and the one bridge between Netty and the session. Nothing here
 * decides policy.
 */
@NullMarked
package io.hybridtls.smtp.server;

import org.jspecify.annotations.NullMarked;
