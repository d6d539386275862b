/**
 * A load program: how many TLS sessions and durable messages a second the endpoint takes, beside
 * Postfix on the same machine where it is installed. Run by the Maven profile {@code bench}.
 */
@NullMarked
package io.hybridtls.smtp.bench;

import org.jspecify.annotations.NullMarked;
