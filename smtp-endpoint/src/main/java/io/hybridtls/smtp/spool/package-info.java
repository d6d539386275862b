/**
 * Accepted mail, durable: written before the 250, leased to deliveries, retried, and bounced (RFC
 * 3464) when it cannot be delivered. Knows no TLS and no route.
 */
@NullMarked
package io.hybridtls.smtp.spool;

import org.jspecify.annotations.NullMarked;
