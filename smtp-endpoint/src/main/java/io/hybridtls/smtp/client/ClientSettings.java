package io.hybridtls.smtp.client;

import io.hybridtls.certstore.model.DnsName;

/**
 * How we present ourselves to next hops, and how long we wait for them.
 *
 * @param hostname said with EHLO (RFC 5321, section 4.1.4)
 */
public record ClientSettings(DnsName hostname, ClientTimeouts timeouts) {}
