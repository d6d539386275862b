/** Tests of the life cycle's decisions; whole agents are tested where they are put together. */
@NullMarked
package io.hybridtls.agent.lifecycle;

import org.jspecify.annotations.NullMarked;
