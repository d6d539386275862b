package io.hybridtls.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The addresses that listeners have been given, so that no two are given the same. */
final class AddressesInUse {

  /** How a user listens. */
  enum Use {
    /** Not beside anybody. */
    ALONE,
    /** TLS from the first byte; whoever proves by TLS may do so at the same address. */
    IMPLICIT_TLS,
    /** To prove names by TLS. */
    TLS_PROOFS
  }

  private record Claim(String user, Use use, InetSocketAddress address) {

    boolean hinders(Claim next) {
      return !user.equals(next.user) && overlap(address, next.address) && !sharesWith(next);
    }

    private boolean sharesWith(Claim next) {
      return couldShareWith(next) && address.equals(next.address);
    }

    boolean couldShareWith(Claim next) {
      return EnumSet.of(use, next.use).equals(EnumSet.of(Use.IMPLICIT_TLS, Use.TLS_PROOFS));
    }
  }

  private final List<Claim> taken = new ArrayList<>();

  /**
   * Takes an address, or reports that another listener has it; one user may take it twice. Port 0
   * is never in use: the system finds a free one.
   *
   * @param user in words, as in "listener mx"
   */
  void claim(Setting<InetSocketAddress> setting, String user, Use use) {
    setting
        .read()
        .filter(address -> address.getPort() != 0)
        .ifPresent(address -> claim(setting, new Claim(user, use, address)));
  }

  private void claim(Setting<?> setting, Claim next) {
    for (Claim other : taken) {
      if (other.hinders(next)) {
        setting.wrong(
            other.user() + " listens there already",
            other.couldShareWith(next)
                ? "write the very same address, which the two can share, or another port"
                : "write another address or another port");
        return;
      }
    }
    taken.add(next);
  }

  private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
    return a.getPort() == b.getPort() && overlap(a.getAddress(), b.getAddress());
  }

  private static boolean overlap(InetAddress a, InetAddress b) {
    boolean sameFamily = a.getAddress().length == b.getAddress().length;
    return a.equals(b) || (sameFamily && (a.isAnyLocalAddress() || b.isAnyLocalAddress()));
  }
}
