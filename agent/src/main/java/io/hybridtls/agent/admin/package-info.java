/** The local API on a Unix socket, through which the command line speaks to the running agent. */
@NullMarked
package io.hybridtls.agent.admin;

import org.jspecify.annotations.NullMarked;
