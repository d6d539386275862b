/**
 * The configuration file: read, checked whole, every problem reported with its file and line.
 * Produces values of the rooms that use them; read by the command line and the wiring.
 */
@NullMarked
package io.hybridtls.agent.config;

import org.jspecify.annotations.NullMarked;
