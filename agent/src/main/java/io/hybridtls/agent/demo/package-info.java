/**
 * The whole job on one machine, for somebody who wants to see it before installing anything: the
 * agent as it is, a cloud peer that demands a client certificate, and a client that looks at what
 * it is shown.
 */
@NullMarked
package io.hybridtls.agent.demo;

import org.jspecify.annotations.NullMarked;
