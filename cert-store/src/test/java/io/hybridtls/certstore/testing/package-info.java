/**
 * The world that tests build for themselves: a certification authority made afresh at run time, and
 * the real programs that interoperability tests speak with. Used by the tests of every module.
 */
@NullMarked
package io.hybridtls.certstore.testing;

import org.jspecify.annotations.NullMarked;
