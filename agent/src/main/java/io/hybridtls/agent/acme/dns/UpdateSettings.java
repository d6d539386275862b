package io.hybridtls.agent.acme.dns;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * Dynamic updates (RFC 2136), signed with a shared key (RFC 8945).
 *
 * @param server takes the updates: the zone's primary, as a rule
 * @param zone absolute; looked up for each record when empty
 */
public record UpdateSettings(InetSocketAddress server, Optional<Name> zone, TsigKey key)
    implements PublishingSettings {}
