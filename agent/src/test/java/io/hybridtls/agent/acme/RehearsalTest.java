package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.AtRehearsal;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code try-staging-first}: what is spent where, and when it is rehearsed again. */
@Timeout(60)
class RehearsalTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final FaultCa real = new FaultCa(time);
  private final FaultCa staging = new FaultCa(time);
  private final InMemoryKeyVault vault = new InMemoryKeyVault();
  private final List<String> steps = new ArrayList<>();

  @AfterEach
  void stop() {
    real.close();
    staging.close();
  }

  @Test
  void newNamesShouldBeRehearsedOnceAndThenOrdered() throws Exception {
    TestRequest request = TestRequest.of(AcmeWorld.spec("mail.contoso.example"));
    HeldCertificate held = issuer().issue(request, steps::add);

    assertThat(held.leaf().getPublicKey()).isEqualTo(request.keys().getPublic());
    assertThat(request.placed().orElseThrow()).endsWith(" at " + real.directory());
    assertThat(steps)
        .contains(
            "rehearsing at " + staging.directory() + ", since these names are new to scripted");
    assertThat(List.of(real.spent(), staging.spent())).containsOnly(Spent.certificates(1));
    assertThat(vault.names()).as("an account at each").hasSize(2);

    HeldCertificate again =
        issuer().issue(TestRequest.of(AcmeWorld.spec("mail.contoso.example")), steps::add);
    assertThat(again).isNotEqualTo(held);
    assertThat(staging.spent()).as("after a restart").isEqualTo(Spent.certificates(1));

    HeldCertificate other =
        issuer().issue(TestRequest.of(AcmeWorld.spec("www.contoso.example")), steps::add);
    assertThat(other).isNotNull();
    assertThat(staging.spent()).as("for other names").isEqualTo(Spent.certificates(2));
  }

  @Test
  void namesThatTheIssuerHasCertifiedShouldNotBeRehearsed() throws Exception {
    HeldCertificate live =
        issuer(AcmeIssuerSettings.at("scripted", real.directory()))
            .issue(TestRequest.of(AcmeWorld.spec("mail.contoso.example")), steps::add);
    Generation held = new Generation(CertificateId.of("mail"), 1, NOW, "scripted", "test", live);
    TestRequest renewal = TestRequest.of(AcmeWorld.spec("mail.contoso.example")).replacing(held);

    assertThat(issuer().issue(renewal, steps::add)).isNotNull();
    assertThat(staging.requests()).isEmpty();
  }

  @Test
  void aRehearsalThatFailsShouldSayWhereAndSpendNothing() {
    staging.on(RequestKind.FINALIZE, Reply.problem(400, "badCSR", "\"detail\":\"weak\""));

    assertThat(failure())
        .isEqualTo(
            new AtRehearsal(
                "the rehearsal at "
                    + staging.directory()
                    + " failed, and nothing was asked of "
                    + real.directory(),
                new Rejected("urn:ietf:params:acme:error:badCSR: weak")));
    assertThat(real.requests()).isEmpty();
    assertThat(real.spent()).isEqualTo(Spent.NOTHING);

    staging.mend();
    assertThat(catchThrowableOfType(IssuanceException.class, this::issue)).isNull();
    assertThat(real.spent()).isEqualTo(Spent.certificates(1));
  }

  @Test
  void whatTheStagingDirectoryAsksForShouldBeWaitedFor() {
    staging.on(RequestKind.NEW_ORDER, Reply.html(503).header("Retry-After", "120"));

    IssuanceFailure failure = failure();
    assertThat(failure.isDemandedByCa()).isTrue();
    assertThat(failure)
        .isInstanceOf(AtRehearsal.class)
        .extracting("failure")
        .isInstanceOf(RateLimited.class)
        .extracting("until")
        .isEqualTo(NOW.plusSeconds(120));
  }

  private IssuanceFailure failure() {
    return catchThrowableOfType(IssuanceException.class, this::issue).failure();
  }

  private void issue() throws IssuanceException {
    HeldCertificate held =
        issuer().issue(TestRequest.of(AcmeWorld.spec("mail.contoso.example")), steps::add);
    assertThat(held).isNotNull();
  }

  /** A further one is the same after a restart. */
  private AcmeIssuer issuer() {
    return issuer(
        AcmeIssuerSettings.at("scripted", real.directory())
            .rehearsingAt(Optional.of(staging.directory())));
  }

  private AcmeIssuer issuer(AcmeIssuerSettings settings) {
    return new AcmeIssuer(
        settings.settings(),
        vault,
        memory,
        new AcmeWorld(new HttpRoutes(), memory).listeners,
        time,
        new SecureRandom(),
        time);
  }
}
