/** Tests of the configuration: what is read, what is refused, and in which words. */
@NullMarked
package io.hybridtls.agent.config;

import org.jspecify.annotations.NullMarked;
