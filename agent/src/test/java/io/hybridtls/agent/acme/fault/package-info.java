/** What the agent decides when its CA, its network, its disk or its own process fails. */
@NullMarked
package io.hybridtls.agent.acme.fault;

import org.jspecify.annotations.NullMarked;
