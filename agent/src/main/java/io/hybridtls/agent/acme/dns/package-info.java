/**
 * TXT records: put into a zone by RFC 2136 or by a command, and looked for at every server that
 * answers for it. Knows nothing of ACME; the solvers of the ACME room call it.
 */
@NullMarked
package io.hybridtls.agent.acme.dns;

import org.jspecify.annotations.NullMarked;
