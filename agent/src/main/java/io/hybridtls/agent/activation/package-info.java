/** Before and after a swap: may this generation go live, and is it what peers are shown? */
@NullMarked
package io.hybridtls.agent.activation;

import org.jspecify.annotations.NullMarked;
