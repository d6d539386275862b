package io.hybridtls.agent.acme.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How records are looked for.
 *
 * @param resolver finds zones and their servers; the system's resolvers when empty
 * @param checkServers asked whether they have a record, in place of the zone's own servers
 * @param timeout how long they may take to have it
 */
public record LookupSettings(
    Optional<InetSocketAddress> resolver, List<InetSocketAddress> checkServers, Duration timeout) {

  public LookupSettings {
    checkServers = List.copyOf(checkServers);
  }
}
