package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.IpAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a CA's refusals mean for another CA, and what is not asked of any. */
@Timeout(60)
class AcmeRefusalTest extends ScriptedCaCase {

  @ParameterizedTest
  @CsvSource({
    "rejectedIdentifier,true",
    "caa,true",
    "unsupportedIdentifier,true",
    "malformed,false",
    "unauthorized,false",
    "badCSR,false",
    "orderNotReady,false"
  })
  void aRefusalShouldSayWhetherAnotherCaMayMendIt(String type, boolean elsewhere) {
    ca.on(NEW_ORDER, problem(403, type, "\"detail\":\"no\""));

    assertThat(failure().anotherCaMayMend()).isEqualTo(elsewhere);
  }

  @Test
  void shouldNotAskForAWildcardThatHttp01CannotProve() {
    request = TestRequest.of(AcmeWorld.spec("*.contoso.example"));

    assertThat(failure().describe())
        .isEqualTo(
            "certificates.mail.names: *.contoso.example cannot be proved by http-01; name each"
                + " host instead");
    assertThat(ca.requests()).isEmpty();
  }

  @Test
  void anAddressShouldNotBeOrderedWhereRecordsAreTheProof() {
    request = TestRequest.of(spec().withAddresses(List.of(IpAddress.of("192.0.2.1"))));
    AcmeIssuer issuer =
        issuer(
            new Solvers(
                    memory,
                    new AcmeWorld(new HttpRoutes(), memory).listeners,
                    new AcmeFailures(settings().settings(), time),
                    time,
                    new SecureRandom(),
                    time)
                .of(
                    new ValidationMethod.DnsPersist01(
                        new LookupSettings(Optional.empty(), List.of(), Duration.ofSeconds(1)))));

    assertThat(failure(issuer).describe())
        .isEqualTo(
            "certificates.mail.names: 192.0.2.1 is an address, which dns-persist-01 cannot prove;"
                + " use an issuer with http-01 or tls-alpn-01 for it instead");
    assertThat(ca.requests()).isEmpty();
  }
}
