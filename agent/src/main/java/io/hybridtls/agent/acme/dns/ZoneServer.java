package io.hybridtls.agent.acme.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A server that answers for a zone.
 *
 * @param name for the operator
 * @param addresses in the order in which they are tried; none when its name does not resolve
 * @param mayAskOthers whether what it hears from other servers will do
 */
public record ZoneServer(String name, List<InetSocketAddress> addresses, boolean mayAskOthers) {

  public ZoneServer {
    addresses = List.copyOf(addresses);
  }

  /** A server that must know for itself. */
  static ZoneServer named(String name, List<InetSocketAddress> addresses) {
    return new ZoneServer(name, addresses, false);
  }

  /** A server that is known by its address alone, and may be a resolver. */
  public static ZoneServer at(InetSocketAddress address) {
    return new ZoneServer(
        address.getHostString() + " port " + address.getPort(), List.of(address), true);
  }
}
