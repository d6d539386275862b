package io.hybridtls.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** The addresses that listeners have been given, so that no two are given the same. */
final class AddressesInUse {

  private final Map<String, InetSocketAddress> taken = new LinkedHashMap<>();

  /**
   * Takes an address, or reports that another listener has it; one user may take it twice. Port 0
   * is never in use: the system finds a free one.
   *
   * @param user in words, as in "listener mx"
   */
  void claim(Setting<InetSocketAddress> setting, String user) {
    setting
        .read()
        .filter(address -> address.getPort() != 0)
        .ifPresent(a -> claim(setting, user, a));
  }

  private void claim(Setting<?> setting, String user, InetSocketAddress address) {
    for (Map.Entry<String, InetSocketAddress> other : taken.entrySet()) {
      if (!user.equals(other.getKey()) && overlap(address, other.getValue())) {
        setting.wrong(
            other.getKey() + " listens there already", "write another address or another port");
        return;
      }
    }
    taken.put(user, address);
  }

  private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
    return a.getPort() == b.getPort() && overlap(a.getAddress(), b.getAddress());
  }

  private static boolean overlap(InetAddress a, InetAddress b) {
    boolean sameFamily = a.getAddress().length == b.getAddress().length;
    return a.equals(b) || (sameFamily && (a.isAnyLocalAddress() || b.isAnyLocalAddress()));
  }
}
