/** What the endpoint's tests share: a settable clock, a spool in memory, and real peers. */
@NullMarked
package io.hybridtls.smtp.testing;

import org.jspecify.annotations.NullMarked;
