package io.hybridtls.smtp.inbound;

import io.hybridtls.smtp.tls.PeerIdentity;
import java.net.InetAddress;

/**
 * The client of a session, as far as policy looks at it.
 *
 * @param secured whether TLS is active
 */
public record SendingPeer(InetAddress address, boolean secured, PeerIdentity identity) {}
