/** Real spools in temporary folders, for the tests of every room that needs one. */
@NullMarked
package io.hybridtls.smtp.spool.testing;

import org.jspecify.annotations.NullMarked;
