package io.hybridtls.agent.acme;

import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.certstore.testing.RequiresPeer;
import org.junit.jupiter.api.Nested;

/** An account's life, alternate chains and revocation, at each Pebble. */
class AcmeAccountIT {

  @Nested
  @RequiresPeer({"pebble", "pebble-challtestsrv"})
  class OfDebian extends AcmeAccountContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options;
    }
  }

  @Nested
  @RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
  class Newest extends AcmeAccountContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options.newest();
    }
  }
}
