/**
 * What CAs are known to grant, and the ledger of what was spent of it. Knows nobody; the renewal
 * room asks before it orders. The published limits are those of Let's Encrypt.
 */
@NullMarked
package io.hybridtls.agent.ratelimit;

import org.jspecify.annotations.NullMarked;
