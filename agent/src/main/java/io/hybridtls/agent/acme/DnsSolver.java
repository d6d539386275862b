package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.RefusedChangeException;
import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.net.URL;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.DnsAccount01Challenge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * Answers in the DNS: dns-01 (RFC 8555, section 8.4) and dns-account-01. Where the challenge's name
 * is an alias, the record goes to the name at the end of it, so that a zone of its own can hold
 * nothing but proofs.
 */
final class DnsSolver implements ChallengeSolver {

  private static final Logger LOG = LoggerFactory.getLogger(DnsSolver.class);

  private final boolean perAccount;
  private final ZoneLookup zones;
  private final TxtPublisher publisher;
  private final LeftRecords left;
  private final Propagation propagation;
  private final AcmeFailures failures;

  /**
   * @param left what {@code publisher} has written and not removed
   */
  DnsSolver(
      boolean perAccount,
      ZoneLookup zones,
      TxtPublisher publisher,
      LeftRecords left,
      Propagation propagation,
      AcmeFailures failures) {
    this.perAccount = perAccount;
    this.zones = zones;
    this.publisher = publisher;
    this.left = left;
    this.propagation = propagation;
    this.failures = failures;
  }

  private record Answer(Challenge challenge, Name name, String value) {}

  @Override
  public String type() {
    return perAccount ? DnsAccount01Challenge.TYPE : Dns01Challenge.TYPE;
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
    Optional<Answer> answer = answer(authorization);
    return answer.isEmpty() ? Optional.empty() : Optional.of(present(answer.get()));
  }

  @Override
  public void refresh() {
    left.removeFrom(publisher);
  }

  /** A wildcard's identifier comes without its asterisk (RFC 8555, section 7.1.4). */
  private Optional<Answer> answer(Authorization authorization) {
    String domain = authorization.getIdentifier().getDomain();
    if (perAccount) {
      return authorization
          .findChallenge(DnsAccount01Challenge.class)
          .map(found -> new Answer(found, name(found.getRRName(domain)), found.getDigest()));
    }
    return authorization
        .findChallenge(Dns01Challenge.class)
        .map(found -> new Answer(found, name(found.getRRName(domain)), found.getDigest()));
  }

  private PresentedChallenge present(Answer answer) throws IssuanceException {
    try {
      TxtRecord record = new TxtRecord(zones.follow(answer.name()), answer.value());
      add(record);
      return new PresentedChallenge(
          answer.challenge(), () -> propagation.await(record), () -> remove(record));
    } catch (IOException e) {
      throw new IssuanceException(failure(e), e);
    }
  }

  /** A change without an answer may have been made all the same. */
  private void add(TxtRecord record) throws IOException {
    try {
      publisher.add(record);
    } catch (RefusedChangeException e) {
      throw e;
    } catch (IOException e) {
      remove(record);
      throw e;
    }
  }

  /** A record that stays does no harm but clutter, and so an issuance does not fail by it. */
  private void remove(TxtRecord record) {
    try {
      publisher.remove(record);
    } catch (IOException e) {
      LOG.warn("{} was not removed, which is tried again: {}", record, e.getMessage());
    }
  }

  private IssuanceFailure failure(IOException thrown) {
    String words = ProblemText.printable(String.valueOf(thrown.getMessage()));
    return thrown instanceof RefusedChangeException refused
        ? failures.misconfigured("dns." + refused.key(), words)
        : new Unproved(words);
  }

  private static Name name(String absolute) {
    return Name.fromConstantString(absolute);
  }
}
