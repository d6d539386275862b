package io.hybridtls.agent.acme;

import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.certstore.testing.RequiresPeer;
import org.junit.jupiter.api.Nested;

/** Issuance by http-01, at each Pebble. */
class PebbleIT {

  @Nested
  @RequiresPeer({"pebble", "pebble-challtestsrv"})
  class OfDebian extends IssuanceContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options;
    }
  }

  @Nested
  @RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
  class Newest extends IssuanceContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options.newest();
    }
  }
}
