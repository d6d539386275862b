/** Secrets that are read when they are needed, and kept nowhere. */
@NullMarked
package io.hybridtls.agent.secret;

import org.jspecify.annotations.NullMarked;
