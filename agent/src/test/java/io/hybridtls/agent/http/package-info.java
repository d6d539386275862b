/** Tests of the HTTP listener. */
@NullMarked
package io.hybridtls.agent.http;

import org.jspecify.annotations.NullMarked;
