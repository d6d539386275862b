/** Tests of the gate, the swap and the proof. */
@NullMarked
package io.hybridtls.agent.activation;

import org.jspecify.annotations.NullMarked;
