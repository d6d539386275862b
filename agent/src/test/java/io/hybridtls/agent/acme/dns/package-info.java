/** Tests of TXT records, against a real name server and programs of their own. */
@NullMarked
package io.hybridtls.agent.acme.dns;

import org.jspecify.annotations.NullMarked;
