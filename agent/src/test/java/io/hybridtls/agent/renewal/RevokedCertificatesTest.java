package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of certificates that an operator has revoked. */
class RevokedCertificatesTest {

  private static final String NAME = "mail.contoso.example";

  private static final CertificateSpec REUSING =
      RenewalWorld.spec(RenewalWorld.MAIL, NAME).withReusedKey();

  @TempDir private Path state;

  private RenewalWorld world;

  @BeforeEach
  void start() throws Exception {
    world = RenewalWorld.in(state);
    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);
  }

  @Test
  void shouldBeReplacedAtTheNextLookAlthoughNotDue() {
    assertThat(world.coordinator.due()).doesNotContain(RenewalWorld.MAIL);

    revoke("superseded");

    assertThat(world.coordinator.due()).contains(RenewalWorld.MAIL);
    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);
    assertThat(live().reason())
        .isEqualTo("it was revoked at " + world.clock.instant() + " (superseded)");
    assertThat(world.coordinator.due()).doesNotContain(RenewalWorld.MAIL);
  }

  @Test
  void shouldBeRememberedAfterAKill() throws Exception {
    revoke("superseded");

    world = world.restarted();
    world.coordinator.activateStored();

    assertThat(world.coordinator.due()).contains(RenewalWorld.MAIL);
    assertThat(world.coordinator.explain(RenewalWorld.MAIL).orElseThrow().rules().get(0).finding())
        .contains("revoked", "superseded");
  }

  @Test
  void shouldNotWaitForWhatFailedBefore() {
    world.clock.advance(ScriptedIssuer.LIFETIME.multipliedBy(3).dividedBy(4));
    world.issuer.thenFail(new IssuanceFailure.Unreachable("connection refused"));
    world.coordinator.check(RenewalWorld.MAIL);
    assertThat(world.coordinator.due()).doesNotContain(RenewalWorld.MAIL);

    revoke("superseded");

    assertThat(world.coordinator.due()).contains(RenewalWorld.MAIL);
  }

  @Test
  void shouldNotBePutBackIntoUse() {
    Generation first = live();
    assertThat(world.coordinator.renew(RenewalWorld.MAIL, true, step -> {}))
        .isInstanceOf(RenewalOutcome.Renewed.class);
    world.coordinator.revoked(first, first.certificate(), "superseded");

    RenewalOutcome outcome = world.coordinator.rollBack(first, step -> {});

    assertThat(outcome).isInstanceOf(RenewalOutcome.Refused.class);
    assertThat(outcome.describe()).contains("it was revoked at", "superseded");
    assertThat(world.coordinator.due()).doesNotContain(RenewalWorld.MAIL);
  }

  @ParameterizedTest
  @CsvSource({"key-compromise, false", "superseded, true"})
  void onlyACompromisedKeyShouldNotBeUsedAgain(String reason, boolean same) throws Exception {
    world.inventory = CertificateInventory.of(List.of(REUSING));
    String key = live().certificate().spkiSha256();
    revoke(reason);
    world = world.restarted();
    world.inventory = CertificateInventory.of(List.of(REUSING));
    world.coordinator.activateStored();

    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);

    assertThat(live().certificate().spkiSha256().equals(key)).isEqualTo(same);
  }

  @Test
  void aCompromisedKeyShouldNotBeInAnOrderThatIsTakenUpAgain() {
    world.inventory = CertificateInventory.of(List.of(REUSING));
    HeldCertificate first = live().certificate();
    world.issuer.then(
        (request, progress) -> {
          assertThat(request.keys().getPublic()).isEqualTo(first.leaf().getPublicKey());
          request.place("https://ca.example/order/1");
          throw new IssuanceException(new IssuanceFailure.Unreachable("connection reset"));
        });
    world.coordinator.renew(RenewalWorld.MAIL, true, step -> {});

    revoke("key-compromise");
    world.issuer.then(
        (request, progress) -> {
          assertThat(request.keys().getPublic()).isNotEqualTo(first.leaf().getPublicKey());
          assertThat(request.placed()).isEmpty();
          return world.issuer.sign(request);
        });

    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);
  }

  @Test
  void aCompromisedKeyShouldNotBeInAnOrderOfBeforeARollback() {
    world.inventory = CertificateInventory.of(List.of(REUSING));
    Generation first = live();
    world.inventory = CertificateInventory.of(List.of(RenewalWorld.spec(RenewalWorld.MAIL, NAME)));
    world.coordinator.renew(RenewalWorld.MAIL, true, step -> {});
    world.inventory = CertificateInventory.of(List.of(REUSING));
    Generation stolen = live();
    PublicKey key = stolen.certificate().leaf().getPublicKey();
    world.issuer.then(
        (request, progress) -> {
          assertThat(request.keys().getPublic()).isEqualTo(key);
          request.place("https://ca.example/order/1");
          throw new IssuanceException(new IssuanceFailure.Unreachable("connection reset"));
        });
    world.coordinator.renew(RenewalWorld.MAIL, true, step -> {});
    assertThat(world.coordinator.rollBack(first, step -> {}))
        .isInstanceOf(RenewalOutcome.Renewed.class);

    world.coordinator.revoked(stolen, stolen.certificate(), "key-compromise");
    world.coordinator.renew(RenewalWorld.MAIL, true, step -> {});

    assertThat(live().certificate().leaf().getPublicKey()).isNotEqualTo(key);
  }

  @Test
  void aKeyThatIsFoundCompromisedLaterShouldNotBeUsedAgain() {
    world.inventory = CertificateInventory.of(List.of(REUSING));
    String key = live().certificate().spkiSha256();
    revoke("superseded");
    revoke("key-compromise");
    revoke("superseded");

    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);

    assertThat(live().certificate().spkiSha256()).isNotEqualTo(key);
  }

  @Test
  void aKeyThatIsRevokedWhileItIsCertifiedAgainShouldBeReplacedAtTheNextLook() {
    world.inventory = CertificateInventory.of(List.of(REUSING));
    String key = live().certificate().spkiSha256();
    world.issuer.then(
        (request, progress) -> {
          assertThat(request.keys()).isNotNull();
          revoke("key-compromise");
          return world.issuer.sign(request);
        });
    world.coordinator.renew(RenewalWorld.MAIL, true, step -> {});
    assertThat(live().certificate().spkiSha256()).isEqualTo(key);

    assertThat(world.coordinator.due()).containsExactly(RenewalWorld.MAIL);
    assertThat(world.coordinator.check(RenewalWorld.MAIL))
        .isInstanceOf(RenewalOutcome.Renewed.class);

    assertThat(live().certificate().spkiSha256()).isNotEqualTo(key);
  }

  @Test
  void shouldBeForgottenOnceItHasExpired() throws Exception {
    revoke("superseded");
    assertThat(kept()).isEqualTo(1);

    world.clock.advance(ScriptedIssuer.LIFETIME.plus(Duration.ofDays(1)));
    world.restarted();

    assertThat(kept()).isZero();
  }

  private long kept() throws Exception {
    try (Stream<Path> files = Files.list(state.resolve("revoked"))) {
      return files.count();
    }
  }

  private void revoke(String reason) {
    Generation generation = live();
    world.coordinator.revoked(generation, generation.certificate(), reason);
  }

  private Generation live() {
    return world.live.snapshot().find(RenewalWorld.MAIL).orElseThrow();
  }
}
