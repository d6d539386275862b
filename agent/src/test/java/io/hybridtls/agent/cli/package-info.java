/** Tests of the command line, from its arguments to its exit codes. */
@NullMarked
package io.hybridtls.agent.cli;

import org.jspecify.annotations.NullMarked;
