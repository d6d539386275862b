/**
 * The receiving conversation (RFC 5321, section 3) as a pure state machine: state and command in,
 * reply and effect out. Driven by {@code smtp.server}; asks {@code smtp.inbound} who may relay.
 */
@NullMarked
package io.hybridtls.smtp.session;

import org.jspecify.annotations.NullMarked;
