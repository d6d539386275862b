/**
 * Stand-ins for what the agent's rooms need from others (a store, a key vault, time, a real CA),
 * and the agent as its users have it: a process with a configuration file, a mail client before it
 * and a host behind it.
 */
@NullMarked
package io.hybridtls.agent.testing;

import org.jspecify.annotations.NullMarked;
