/** Tests of the renewal room: a scripted issuer, and everything else real. */
@NullMarked
package io.hybridtls.agent.renewal;

import org.jspecify.annotations.NullMarked;
