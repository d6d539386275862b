/** Tests of the decision when a certificate is renewed. */
@NullMarked
package io.hybridtls.agent.inventory;

import org.jspecify.annotations.NullMarked;
