/** Tests of the live registry. */
@NullMarked
package io.hybridtls.certstore.live;

import org.jspecify.annotations.NullMarked;
