package io.hybridtls.agent.acme;

import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.certstore.testing.RequiresPeer;
import org.junit.jupiter.api.Nested;

/** Certificates for IP addresses (RFC 8738), from each Pebble. */
class AddressIT {

  @Nested
  @RequiresPeer({"pebble", "pebble-challtestsrv"})
  class OfDebian extends AddressContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options;
    }
  }

  @Nested
  @RequiresPeer({"pebble-newest", "pebble-challtestsrv-newest"})
  class Newest extends AddressContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options.newest();
    }
  }
}
