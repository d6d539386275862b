/** Tests of the agent put together: started, reloaded and stopped within the test's process. */
@NullMarked
package io.hybridtls.agent.wiring;

import org.jspecify.annotations.NullMarked;
