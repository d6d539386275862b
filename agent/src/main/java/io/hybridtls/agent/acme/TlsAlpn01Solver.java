package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.tlsalpn.ServerNames;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.agent.tlsalpn.ValidationCertificates;
import io.hybridtls.certstore.model.DnsName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;

/** Answers with a certificate that holds the proof (RFC 8737). */
final class TlsAlpn01Solver implements ChallengeSolver {

  private final InetSocketAddress address;
  private final TlsAlpnListeners listeners;
  private final ValidationCertificates certificates;
  private final AcmeFailures failures;

  TlsAlpn01Solver(
      InetSocketAddress address,
      TlsAlpnListeners listeners,
      ValidationCertificates certificates,
      AcmeFailures failures) {
    this.address = address;
    this.listeners = listeners;
    this.certificates = certificates;
    this.failures = failures;
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
      TlsAlpnListeners.Registration answer =
          listeners.answer(
              address,
              ServerNames.askedFor(host),
              certificates.proving(host, challenge.getAcmeValidation()));
      return new PresentedChallenge(challenge, answer::close);
    } catch (TlsAlpnListeners.NameTakenException e) {
      throw new IssuanceException(new Unproved(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new IssuanceException(
          failures.misconfigured("tls-alpn-01.address", String.valueOf(e.getMessage())), e);
    }
  }
}
