package io.hybridtls.agent.activation;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A listener that can be asked for its certificate.
 *
 * @param name as configured
 * @param address where it is bound; any local address when that is a wildcard
 * @param implicit whether TLS begins with the first byte (RFC 8314), not after STARTTLS (RFC 3207)
 */
public record ListenerTarget(String name, InetSocketAddress address, boolean implicit) {

  /** Where to connect: the loopback address when the listener is bound to all. */
  InetSocketAddress reachable() {
    return address.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
        : address;
  }
}
