package io.hybridtls.agent.acme;

import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.certstore.testing.RequiresPeer;
import org.junit.jupiter.api.Nested;

/** tls-alpn-01 as each Pebble checks it. */
class TlsAlpnChallengeIT {

  @Nested
  @RequiresPeer({"pebble", "pebble-challtestsrv"})
  class OfDebian extends TlsAlpnChallengeContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options;
    }
  }

  @Nested
  @RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
  class Newest extends TlsAlpnChallengeContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options.newest();
    }
  }
}
