package io.hybridtls.agent.acme;

import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.certstore.testing.RequiresPeer;
import org.junit.jupiter.api.Nested;

/** dns-01 from end to end: each Pebble asks BIND, which takes signed updates. */
class DnsChallengeIT {

  @Nested
  @RequiresPeer({"pebble", "named"})
  class OfDebian extends DnsChallengeContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options;
    }
  }

  @Nested
  @RequiresPeer({"pebble-newest", "named"})
  class Newest extends DnsChallengeContract {
    @Override
    PebbleOptions version(PebbleOptions options) {
      return options.newest();
    }
  }
}
