/**
 * Which certificates should exist, and when each is renewed and why. Pure: no store, no issuer, no
 * clock of its own.
 */
@NullMarked
package io.hybridtls.agent.inventory;

import org.jspecify.annotations.NullMarked;
