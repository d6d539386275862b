/** The demonstration, run as a test. */
@NullMarked
package io.hybridtls.agent.demo;

import org.jspecify.annotations.NullMarked;
