package io.hybridtls.agent.http;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/** Says what to do about an address that cannot be listened on. */
final class BindFailure {

  private static final int FIRST_UNPRIVILEGED_PORT = 1_024;

  private BindFailure() {}

  static IOException explain(InetSocketAddress address, Throwable cause) {
    String reason = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
    return new IOException(
        "http.address: cannot listen on "
            + NetUtil.toSocketAddressString(address)
            + ": "
            + remedy(address, reason)
            + " ("
            + reason
            + ")",
        cause);
  }

  private static String remedy(InetSocketAddress address, String reason) {
    String words = reason.toLowerCase(Locale.ROOT);
    int port = address.getPort();
    if (words.contains("in use")) {
      return "port "
          + port
          + " is in use; see who listens with \"ss -ltnp 'sport = :"
          + port
          + "'\" and stop it, or choose another address";
    }
    if (words.contains("permission denied") && port < FIRST_UNPRIVILEGED_PORT) {
      return "port "
          + port
          + " needs CAP_NET_BIND_SERVICE; grant it (AmbientCapabilities= in the systemd unit), or"
          + " choose a port from 1024 upward and forward to it";
    }
    if (words.contains("assign")) {
      return "no interface of this machine has that address; choose one that it has, or 0.0.0.0";
    }
    return "choose another address, or resolve what the operating system says";
  }
}
