package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.certstore.model.DnsName;
import java.net.URL;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.toolbox.JSON.Value;

/**
 * A standing record that names the CA and the account (draft-ietf-acme-dns-persist). The
 * administrator creates it once; what the solver does is to say which, and to look whether it is
 * there before the CA looks, because a failed validation counts against the name.
 */
final class DnsPersist01Solver implements ChallengeSolver {

  private static final String TYPE = "dns-persist-01";

  private final GrantLookup lookup;
  private final StandingRecords records;
  private final InstantSource clock;

  DnsPersist01Solver(GrantLookup lookup, StandingRecords records, InstantSource clock) {
    this.lookup = lookup;
    this.records = records;
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

  @Override
  public List<String> warnings(CertificateSpec spec, Optional<Instant> notAfter) {
    return records.warnings(spec.identifiers(), notAfter);
  }

  @Override
  public void refresh() {
    records.refresh();
  }

  private void requireRecord(Authorization authorization, Challenge challenge, String account)
      throws IssuanceException {
    List<String> issuers =
        challenge.getJSON().get("issuer-domain-names").asArray().stream()
            .map(Value::asString)
            .map(ProblemText::printable)
            .toList();
    if (issuers.isEmpty()) {
      throw new IssuanceException(new Rejected("the CA names no issuer for " + TYPE));
    }
    String domain = authorization.getIdentifier().getDomain().toLowerCase(Locale.ROOT);
    Instant now = clock.instant();
    StandingRecord wanted =
        StandingRecord.of(domain, authorization.isWildcard(), issuers, account, now);
    GrantLookup.Look seen = lookup.look(wanted);
    PersistentGrant grant = seen.grant().orElseThrow(() -> missing(wanted, seen));
    records.put(wanted.found(grant, now));
  }

  private static IssuanceException missing(StandingRecord wanted, GrantLookup.Look seen) {
    return new IssuanceException(
        new Unproved(
            "create this record, which "
                + seen.lacking().orElse("no name server")
                + " does not have: "
                + wanted.record()));
  }
}
