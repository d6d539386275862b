package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.agent.tlsalpn.ValidationCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two orders that prove one name by tls-alpn-01, of which a host can show one at a time. */
@Timeout(60)
class TlsAlpnTurnTest extends ScriptedCaCase {

  private static final int WAITS = 3;

  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort());
  private final TlsAlpnListeners listeners = new TlsAlpnListeners(any -> Optional.empty());
  private final ValidationCertificates certificates =
      new ValidationCertificates(time, new SecureRandom());
  private TlsAlpnListeners.Registration other;

  @BeforeEach
  void begin() throws IOException {
    order("pending");
    ca.on("/authz/1", json(200, tlsAlpn(authorization("invalid", error("tls")))));
    ca.once("/authz/1", json(200, tlsAlpn(authorization("pending", ""))));
    ca.on("/challenge/1", json(200, tlsAlpn(challenge("processing", ""))));
    other = listeners.answer(address, NAME, certificates.proving(NAME, new byte[32]));
  }

  @Test
  void theSecondShouldWaitUntilTheFirstHasEnded() {
    Pause pause =
        until -> {
          time.until(until);
          if (time.pauses().size() == WAITS) {
            other.close();
          }
        };

    assertThat(failure(issuer(solver(pause))))
        .as("the CA was told to look")
        .isEqualTo(
            new Rejected(
                "mail.contoso.example: urn:ietf:params:acme:error:tls: no", List.of(NAME)));
    assertThat(time.pauses()).hasSize(WAITS);
  }

  @Test
  void theSecondShouldNotWaitForEver() {
    assertThat(failure(issuer(solver(time))))
        .isEqualTo(
            new Unproved(
                "another order is proving mail.contoso.example by tls-alpn-01 at this moment"));
    assertThat(time.instant()).isEqualTo(NOW.plus(TlsAlpn01Solver.LONGEST_WAIT));
    other.close();
  }

  private ChallengeSolver solver(Pause pause) {
    return new TlsAlpn01Solver(
        address,
        listeners,
        certificates,
        new AcmeFailures(settings().settings(), time),
        time,
        pause);
  }

  private static String tlsAlpn(String answer) {
    return answer.replace("http-01", "tls-alpn-01");
  }
}
