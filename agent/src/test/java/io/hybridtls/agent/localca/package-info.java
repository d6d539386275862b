/** Tests of the private CA. */
@NullMarked
package io.hybridtls.agent.localca;

import org.jspecify.annotations.NullMarked;
