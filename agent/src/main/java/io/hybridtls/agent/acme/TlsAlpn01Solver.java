package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.tlsalpn.ServerNames;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners.NameTakenException;
import io.hybridtls.agent.tlsalpn.ValidationCertificates;
import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;

/**
 * Answers with a certificate that holds the proof (RFC 8737). A host can show one at a time: where
 * several orders prove one name, each waits for its turn.
 */
final class TlsAlpn01Solver implements ChallengeSolver {

  static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final InetSocketAddress address;
  private final TlsAlpnListeners listeners;
  private final ValidationCertificates certificates;
  private final AcmeFailures failures;
  private final InstantSource clock;
  private final Pause pause;

  TlsAlpn01Solver(
      InetSocketAddress address,
      TlsAlpnListeners listeners,
      ValidationCertificates certificates,
      AcmeFailures failures,
      InstantSource clock,
      Pause pause) {
    this.address = address;
    this.listeners = listeners;
    this.certificates = certificates;
    this.failures = failures;
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public String type() {
    return TlsAlpn01Challenge.TYPE;
  }

  /** RFC 8737, section 3: a wildcard cannot be proved by a host. */
  @Override
  public boolean canProve(DnsName name) {
    return !name.isWildcard();
  }

  @Override
  public boolean provesAddresses() {
    return true;
  }

  @Override
  public Optional<PresentedChallenge> present(Authorization authorization, URL account)
      throws IssuanceException {
    Optional<TlsAlpn01Challenge> challenge = authorization.findChallenge(TlsAlpn01Challenge.class);
    return challenge.isEmpty()
        ? Optional.empty()
        : Optional.of(answer(authorization.getIdentifier().getValue(), challenge.get()));
  }

  private PresentedChallenge answer(String host, TlsAlpn01Challenge challenge)
      throws IssuanceException {
    try {
      TlsAlpnListeners.Registration answer = inTurn(host, challenge.getAcmeValidation());
      return new PresentedChallenge(challenge, answer::close);
    } catch (NameTakenException | InterruptedIOException e) {
      throw new IssuanceException(new Unproved(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new IssuanceException(
          failures.misconfigured("tls-alpn-01.address", String.valueOf(e.getMessage())), e);
    }
  }

  private TlsAlpnListeners.Registration inTurn(String host, byte[] digest) throws IOException {
    var proof = certificates.proving(host, digest);
    Instant latest = clock.instant().plus(LONGEST_WAIT);
    while (true) {
      try {
        return listeners.answer(address, ServerNames.askedFor(host), proof);
      } catch (NameTakenException e) {
        Instant next = clock.instant().plus(INTERVAL);
        if (next.isAfter(latest)) {
          throw e;
        }
        await(next, host);
      }
    }
  }

  private void await(Instant instant, String host) throws InterruptedIOException {
    try {
      pause.until(instant);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another order was proving " + host);
    }
  }
}
