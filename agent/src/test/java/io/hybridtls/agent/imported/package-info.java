/** Tests of certificates that are made elsewhere. */
@NullMarked
package io.hybridtls.agent.imported;

import org.jspecify.annotations.NullMarked;
