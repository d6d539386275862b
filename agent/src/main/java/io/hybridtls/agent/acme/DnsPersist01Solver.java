package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.acme.dns.ZoneServer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.toolbox.JSON.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * A standing record that names the CA and the account (draft-ietf-acme-dns-persist). The
 * administrator creates it once; what the solver does is to say which, and to look whether it is
 * there before the CA looks, because a failed validation counts against the name.
 */
final class DnsPersist01Solver implements ChallengeSolver {

  private static final Logger LOG = LoggerFactory.getLogger(DnsPersist01Solver.class);
  private static final String TYPE = "dns-persist-01";
  private static final String PREFIX = "_validation-persist.";

  /** A record that ends sooner may be gone when the certificate is renewed the next time. */
  private static final Duration WARNING = Duration.ofDays(100);

  private final Propagation propagation;
  private final TxtQuery query;
  private final InstantSource clock;

  DnsPersist01Solver(Propagation propagation, TxtQuery query, InstantSource clock) {
    this.propagation = propagation;
    this.query = query;
    this.clock = clock;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public boolean canProve(DnsName name) {
    return true;
  }

  /** RFC 8738, section 7. */
  @Override
  public boolean provesAddresses() {
    return false;
  }

  @Override
  public Optional<PresentedChallenge> present(Authorization authorization, URL account)
      throws IssuanceException {
    Optional<Challenge> challenge = authorization.findChallenge(TYPE);
    if (challenge.isEmpty()) {
      return Optional.empty();
    }
    requireRecord(authorization, challenge.get(), account.toExternalForm());
    return Optional.of(new PresentedChallenge(challenge.get(), () -> {}));
  }

  private void requireRecord(Authorization authorization, Challenge challenge, String account)
      throws IssuanceException {
    List<String> issuers =
        challenge.getJSON().get("issuer-domain-names").asArray().stream()
            .map(Value::asString)
            .toList();
    if (issuers.isEmpty()) {
      throw new IssuanceException(new Rejected("the CA names no issuer for " + TYPE));
    }
    PersistentGrant wanted =
        new PersistentGrant(issuers.get(0), account, authorization.isWildcard(), Optional.empty());
    Name name = Name.fromConstantString(PREFIX + authorization.getIdentifier().getDomain() + ".");
    TxtRecord record = new TxtRecord(name, wanted.text());
    for (ZoneServer server : propagation.servers(record)) {
      requireRecord(server, record, wanted, issuers);
    }
  }

  private void requireRecord(
      ZoneServer server, TxtRecord record, PersistentGrant wanted, List<String> issuers)
      throws IssuanceException {
    try {
      PersistentGrant grant =
          query.values(server, record.name()).stream()
              .flatMap(value -> PersistentGrant.parse(value).stream())
              .filter(found -> found.covers(wanted, issuers, clock.instant()))
              .findFirst()
              .orElseThrow(() -> missing(server, record));
      warnBeforeEnd(record, grant);
    } catch (IOException e) {
      throw new IssuanceException(
          new Rejected(server.name() + " could not be asked for " + record.name() + ": " + e), e);
    }
  }

  private static IssuanceException missing(ZoneServer server, TxtRecord record) {
    return new IssuanceException(
        new Rejected("create this record, which " + server.name() + " does not have: " + record));
  }

  private void warnBeforeEnd(TxtRecord record, PersistentGrant grant) {
    Optional<Instant> end = grant.until();
    if (end.isPresent() && clock.instant().plus(WARNING).isAfter(end.get())) {
      LOG.warn("{} is valid until {} only; write a later persistUntil", record.name(), end.get());
    }
  }
}
