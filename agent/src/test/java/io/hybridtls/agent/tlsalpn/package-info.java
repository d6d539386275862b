/** Tests of the addresses where names are proved by TLS. */
@NullMarked
package io.hybridtls.agent.tlsalpn;

import org.jspecify.annotations.NullMarked;
