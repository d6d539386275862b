package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.CA;
import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalDecision.Awaited;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates that nobody is asked for: adopted, fetched from files, awaited, rolled back. */
class BroughtCertificatesTest {

  private static final Duration LIFETIME = Duration.ofDays(100);
  private static final String REASON = "it was imported";

  @TempDir private Path folder;
  private RenewalWorld world;
  private final List<String> steps = new ArrayList<>();

  /** What the source has; nothing, unless a test says otherwise. */
  private volatile Supply supply = new Supply.Nothing("bring one");

  @BeforeEach
  void configure() throws Exception {
    world = RenewalWorld.in(folder);
    world.inventory =
        CertificateInventory.of(
            List.of(
                new CertificateSpec(
                    MAIL,
                    List.of(DnsName.of("mail.contoso.example")),
                    "brought",
                    KeyAlgorithm.RSA_2048,
                    Set.of(CertificateRole.SERVER))));
    world.sources = Map.of("brought", (spec, held) -> supply);
  }

  @Test
  void whatIsAdoptedShouldBeStoredAndLive() {
    RenewalOutcome outcome = adopt(certificate());

    assertThat(outcome).isInstanceOf(RenewalOutcome.Renewed.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
    assertThat(world.journal.find(MAIL).failures()).isZero();
    assertThat(steps)
        .startsWith("storing the new certificate")
        .endsWith("asking the listeners for their certificate");
    assertThat(world.coordinator.due()).isEmpty();
  }

  @Test
  void whatTheGateRefusesShouldNotBeStored() throws Exception {
    HeldCertificate expired =
        CA.leaf("mail.contoso.example")
            .validity(now().minus(LIFETIME), now().minusSeconds(1))
            .issue();

    assertThat(adopt(expired))
        .isInstanceOfSatisfying(
            RenewalOutcome.Refused.class,
            refused -> {
              assertThat(refused.exitCode()).isEqualTo(1);
              assertThat(refused.describe()).contains("expired at").endsWith("nothing was changed");
            });
    assertThat(adopt(CA.issue("other.example"))).isInstanceOf(RenewalOutcome.Refused.class);
    assertThat(world.store.generations(MAIL)).isEmpty();
    assertThat(world.journal.find(MAIL)).isEqualTo(JournalEntry.NONE);
  }

  @Test
  void whatWasRevokedShouldBeAwaitedUrgentlyUntilAnotherIsThere() {
    adopt(certificate());
    Generation first = world.live.snapshot().find(MAIL).orElseThrow();

    world.coordinator.revoked(first, first.certificate(), "superseded");

    assertThat(world.coordinator.statuses().get(0).decision())
        .isEqualTo(
            new Awaited(
                "it was revoked at " + now() + " (superseded): bring another", /* urgent= */ true));
    assertThat(world.coordinator.due()).isEmpty();
    adopt(certificate());
    assertThat(world.coordinator.statuses().get(0).decision()).isInstanceOf(NotDue.class);
  }

  @Test
  void whatIsLiveAlreadyShouldNotBeStoredAgain() throws Exception {
    HeldCertificate certificate = certificate();
    adopt(certificate);

    assertThat(adopt(certificate)).isEqualTo(new RenewalOutcome.NotDue("it is live already"));
    assertThat(world.store.generations(MAIL)).hasSize(1);
  }

  @Test
  void whatIsNotSeenLiveShouldBe6() {
    world.proof = generation -> List.of(new Proof.Mismatch("mx", "1", "2"));

    assertThat(adopt(certificate()).exitCode()).isEqualTo(6);
  }

  @Test
  void whatLiesReadyShouldBeDueAndTakenWithoutAnIssuer() {
    HeldCertificate certificate = certificate();
    supply = new Supply.Ready(List.of(certificate), "the files hold another one");
    assertThat(world.coordinator.due()).containsExactly(MAIL);
    world.sources =
        Map.of(
            "brought", (spec, held) -> held.isPresent() ? new Supply.Nothing("renew it") : supply);

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(RenewalOutcome.Renewed.class);
    assertThat(world.issuer.calls()).isZero();
    assertThat(world.coordinator.due()).isEmpty();
  }

  @Test
  void filesThatTheGateRefusesShouldBeLeftAloneForAWhileAndNotStored() throws Exception {
    supply = new Supply.Ready(List.of(CA.issue("other.example")), "the files hold another one");

    assertThat(world.coordinator.check(MAIL).exitCode()).isEqualTo(1);
    assertThat(world.store.generations(MAIL)).isEmpty();
    assertThat(world.coordinator.due()).isEmpty();
    assertThat(world.journal.find(MAIL).failure().orElseThrow()).contains("does not cover");
  }

  @Test
  void whatIsMissingShouldBeAwaitedAndNeverAttempted() {
    assertThat(decision()).isEqualTo(new Awaited("no certificate is held yet: bring one", true));
    assertThat(world.coordinator.due()).isEmpty();
    assertThat(world.coordinator.renew(MAIL, true, steps::add))
        .isInstanceOfSatisfying(
            RenewalOutcome.Failed.class,
            failed -> assertThat(failed.describe()).contains("bring one"));
    assertThat(world.journal.find(MAIL)).isEqualTo(JournalEntry.NONE);
  }

  @ParameterizedTest
  @CsvSource({"74, false, false", "75, true, false", "90, true, false", "91, true, true"})
  void whoBringsItShouldBeRemindedInTheLastQuarterAndUrgedInTheLastTenth(
      int day, boolean awaited, boolean urgent) {
    adopt(certificate());
    world.clock.advance(Duration.ofDays(day));

    RenewalDecision decision = decision();

    assertThat(decision instanceof Awaited).isEqualTo(awaited);
    assertThat(decision instanceof NotDue).isEqualTo(!awaited);
    assertThat(decision.isEmergency()).isEqualTo(urgent);
    assertThat(decision.isDue()).isFalse();
  }

  @Test
  void whatCannotBeUsedShouldBeAwaitedThoughThereIsTime() {
    adopt(certificate());
    supply = new Supply.Broken("the key belongs to another");

    assertThat(decision()).isEqualTo(new Awaited("the key belongs to another", false));
  }

  @Test
  void anEarlierGenerationShouldComeBackAndStay() {
    adopt(certificate());
    adopt(certificate());

    assertThat(rollBack(1)).isInstanceOf(RenewalOutcome.Renewed.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
    assertThat(world.coordinator.due()).isEmpty();
    assertThat(rollBack(1).exitCode()).isZero();
  }

  @Test
  void whatHasExpiredShouldNotComeBack() {
    adopt(certificate());
    world.clock.advance(LIFETIME);
    adopt(certificate());

    assertThat(rollBack(1)).isInstanceOf(RenewalOutcome.Refused.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void whatTheFilesWouldUndoShouldBeRefused() {
    adopt(certificate());
    adopt(certificate());
    supply = new Supply.Ready(List.of(certificate()), "the files hold another one");

    assertThat(rollBack(1).describe()).contains("change the files instead");
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void anExplanationShouldSayThatNobodyIsAsked() {
    assertThat(explained()).containsExactly("nothing is attempted, since somebody has to bring it");
    adopt(certificate());
    assertThat(explained()).singleElement().asString().startsWith("nobody is asked for it; from ");
    supply = new Supply.Ready(List.of(certificate()), "the files hold another one");
    assertThat(explained()).containsExactly("what lies ready is taken at that look");
  }

  @Test
  void anAttemptThatWasCutShortShouldBeBroughtToItsEnd() throws Exception {
    adopt(certificate());
    HeldCertificate next = certificate();
    world.store.append(MAIL, List.of(next), "brought", REASON);
    world.journal.update(MAIL, entry -> entry.begun(now(), Slack.none("mail")).storing(2));
    world.clock.advance(Duration.ofHours(2));

    assertThat(world.coordinator.due()).containsExactly(MAIL);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(RenewalOutcome.Renewed.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void anAttemptThatWasCutShortBeforeAnythingWasStoredShouldBeForgotten() {
    adopt(certificate());
    world.journal.update(MAIL, entry -> entry.begun(now(), Slack.none("mail")));
    world.clock.advance(Duration.ofHours(2));

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(RenewalOutcome.StillValid.class);
    assertThat(world.coordinator.due()).isEmpty();
    assertThat(world.journal.find(MAIL).failures()).isZero();
  }

  private List<String> explained() {
    return world.coordinator.explain(MAIL).orElseThrow().next(Optional.empty());
  }

  private HeldCertificate certificate() {
    return CA.leaf("mail.contoso.example", "www.contoso.example")
        .validity(now(), now().plus(LIFETIME))
        .issue();
  }

  private Instant now() {
    return world.clock.instant();
  }

  private RenewalOutcome adopt(HeldCertificate certificate) {
    return world.coordinator.adopt(MAIL, List.of(certificate), REASON, steps::add);
  }

  private RenewalOutcome rollBack(long number) {
    try {
      return world.coordinator.rollBack(world.store.find(MAIL, number).orElseThrow(), steps::add);
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private RenewalDecision decision() {
    return world.coordinator.statuses().get(0).decision();
  }
}
