/** Tests of the ledger, with files in a temporary folder. */
@NullMarked
package io.hybridtls.agent.ratelimit;

import org.jspecify.annotations.NullMarked;
