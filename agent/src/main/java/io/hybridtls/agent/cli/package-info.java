/** The command line: one class a verb, human text on a terminal, JSON for programs. */
@NullMarked
package io.hybridtls.agent.cli;

import org.jspecify.annotations.NullMarked;
