package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether a certificate survives the chains that a CA offers besides its own. */
@Timeout(60)
class PreferredChainTest {

  @TempDir private Path memory;

  @Test
  void aChainThatIsNotServedShouldNotCostTheCertificate() throws Exception {
    VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
    List<String> steps = new ArrayList<>();
    try (FaultCa ca = new FaultCa(time)) {
      ca.on(
          RequestKind.CERTIFICATE,
          new Fault.Changed(reply -> reply.header("Link", "<$/certificate/99>;rel=\"alternate\"")));
      AcmeIssuer issuer =
          new AcmeIssuer(
              AcmeIssuerSettings.at("ca", ca.directory())
                  .preferring(Optional.of("Another Root"))
                  .settings(),
              new InMemoryKeyVault(),
              memory,
              new Http01Solver(new HttpRoutes()),
              time,
              new SecureRandom(),
              time,
              Duration.ofSeconds(30));

      assertThat(issuer.issue(TestRequest.of(AcmeWorld.spec("mail.contoso.example")), steps::add))
          .isNotNull();
      assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
    }
    assertThat(steps)
        .anyMatch(step -> step.startsWith("passing over the chain at "))
        .anyMatch(step -> step.startsWith("taking the CA's own chain, since none leads to"));
  }
}
