package io.hybridtls.smtp.server;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.session.SessionLimits;

/**
 * What all listeners have in common, and a reload may change. Sessions keep what was in force when
 * they began.
 *
 * @param hostname by which this host greets
 * @param maxSessions open at once, all listeners together
 */
public record ServerPolicy(
    DnsName hostname, SessionLimits limits, RelayAuthorizer authorizer, int maxSessions) {}
