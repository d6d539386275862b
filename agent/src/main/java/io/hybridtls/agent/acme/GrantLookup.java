package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.ZoneServer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/** Looks whether the servers of a zone have a standing record. Blocks; safe for any thread. */
final class GrantLookup {

  private static final Comparator<PersistentGrant> BY_END =
      Comparator.comparing(grant -> grant.until().orElse(Instant.MAX));

  private final Propagation propagation;
  private final TxtQuery query;
  private final InstantSource clock;

  GrantLookup(Propagation propagation, TxtQuery query, InstantSource clock) {
    this.propagation = propagation;
    this.query = query;
    this.clock = clock;
  }

  /**
   * What the servers have.
   *
   * @param grant the one that ends first, of the best that each has
   * @param lacking the first server that has none
   */
  record Look(Optional<PersistentGrant> grant, Optional<String> lacking) {}

  /** Asks every server that the CA might ask, at the end of the aliases that it would follow. */
  Look look(StandingRecord record) throws IssuanceException {
    Optional<PersistentGrant> first = Optional.empty();
    Name name = propagation.end(record.record().name());
    for (ZoneServer server : propagation.servers(name)) {
      Optional<PersistentGrant> best = best(server, name, record);
      if (best.isEmpty()) {
        return new Look(Optional.empty(), Optional.of(server.name()));
      }
      first = first.filter(known -> BY_END.compare(known, best.get()) <= 0).or(() -> best);
    }
    return new Look(first, Optional.empty());
  }

  private Optional<PersistentGrant> best(ZoneServer server, Name name, StandingRecord record)
      throws IssuanceException {
    try {
      List<String> values = query.values(server, name);
      return values.stream()
          .flatMap(value -> PersistentGrant.parse(value).stream())
          .filter(grant -> grant.covers(record.wanted(), record.issuers(), clock.instant()))
          .max(BY_END);
    } catch (IOException e) {
      throw new IssuanceException(
          new Unproved(
              server.name()
                  + " could not be asked for "
                  + name
                  + ": "
                  + ProblemText.printable(String.valueOf(e.getMessage()))),
          e);
    }
  }
}
