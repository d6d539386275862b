/**
 * The agent as a whole: started in one order, stopped in the reverse one, reconfigured while it
 * runs. Called by the command line; calls every other room.
 */
@NullMarked
package io.hybridtls.agent.lifecycle;

import org.jspecify.annotations.NullMarked;
