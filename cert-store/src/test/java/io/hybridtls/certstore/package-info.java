/** Tests of the module as a whole. */
@NullMarked
package io.hybridtls.certstore;

import org.jspecify.annotations.NullMarked;
