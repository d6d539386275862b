package io.hybridtls.agent.acme.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A server that answers for a zone.
 *
 * @param name for the operator
 * @param addresses in the order in which they are tried; none when its name does not resolve
 */
public record ZoneServer(String name, List<InetSocketAddress> addresses) {

  public ZoneServer {
    addresses = List.copyOf(addresses);
  }

  /** A server that is known by its address alone. */
  public static ZoneServer at(InetSocketAddress address) {
    return new ZoneServer(address.getHostString() + " port " + address.getPort(), List.of(address));
  }
}
