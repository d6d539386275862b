/** Tests of the store. */
@NullMarked
package io.hybridtls.certstore.storage;

import org.jspecify.annotations.NullMarked;
