/** Tests of the local API, over real sockets. */
@NullMarked
package io.hybridtls.agent.admin;

import org.jspecify.annotations.NullMarked;
