/**
 * Guice: which implementation stands behind each interface, chosen before the injector is built.
 */
@NullMarked
package io.hybridtls.agent.wiring;

import org.jspecify.annotations.NullMarked;
