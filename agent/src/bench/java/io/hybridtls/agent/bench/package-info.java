/** How fast certificates are issued: a whole agent and a real CA. Run by hand, for its figures. */
@NullMarked
package io.hybridtls.agent.bench;

import org.jspecify.annotations.NullMarked;
