package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.renewal.IssuanceFailure.Paused;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.certstore.model.Generation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which issuer a certificate comes from when the first cannot help, and that this is told. */
class FallbackIssuerTest {

  private static final Paused PAUSED =
      new Paused(URI.create("https://ca.example/unpause"), "too many failures");

  @TempDir private Path directory;

  private RenewalWorld world;
  private ScriptedIssuer second;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
    second = new ScriptedIssuer(RenewalWorld.CA, world.clock);
    world.issuers = Map.of("internal", world.issuer, "second", second);
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.spec(MAIL, "mail.contoso.example")
                    .withFallbackIssuers(List.of("second"))));
  }

  @Test
  void theGenerationShouldSayWhomItCameFromAndWhy() {
    world.issuer.thenFail(PAUSED);
    world.coordinator.check(MAIL);

    assertThat(live().issuer()).isEqualTo("second");
    assertThat(live().reason())
        .isEqualTo(
            "no certificate is held yet; a fallback, since internal does not issue now: "
                + PAUSED.describe());
    assertThat(world.journal.find(MAIL).failures()).isZero();
  }

  @Test
  void theNextRenewalShouldAskTheFirstAgain() {
    world.issuer.thenFail(PAUSED);
    world.coordinator.check(MAIL);
    world.clock.advance(Duration.ofDays(62));
    world.coordinator.check(MAIL);

    assertThat(live().number()).isEqualTo(2);
    assertThat(live().issuer()).isEqualTo("internal");
    assertThat(live().reason()).doesNotContain("fallback");
    assertThat(second.calls()).isEqualTo(1);
  }

  @Test
  void whatIsWrongWithTheNamesShouldNotBeTriedElsewhere() {
    world.issuer.thenFail(new Rejected("mail.contoso.example: connection refused"));
    world.coordinator.check(MAIL);

    assertThat(second.calls()).isZero();
    assertThat(world.liveNumber(MAIL)).isZero();
  }

  private Generation live() {
    return world.live.snapshot().find(MAIL).orElseThrow();
  }
}
