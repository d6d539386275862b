package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.RenewalRule;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in use when the clock was ahead, and has been set back: it is not valid yet. */
class ClockSetBackTest {

  private static final Duration AHEAD = Duration.ofDays(300);
  private static final Duration SKEW = Duration.ofMinutes(5);

  @TempDir private Path directory;

  private RenewalWorld world;
  private Instant right;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
    right = world.clock.instant();
    world.clock.advance(AHEAD);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
  }

  @Test
  void shouldBeReplacedAtOnceWhereTheIssuerGoesByTheSameClock() {
    world.issuer.dateByThisClock();
    world.clock.set(right);

    assertThat(world.coordinator.due()).contains(MAIL);
    assertThat(status().decision().isEmergency()).isTrue();
    assertThat(status().decision().reason())
        .isEqualTo(
            "it is valid from "
                + right.plus(AHEAD)
                + " only: the clock of this machine was ahead when it was signed");
    assertThat(world.coordinator.explain(MAIL).orElseThrow().rules())
        .extracting(RenewalRule::finding)
        .contains(status().decision().reason());
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
    assertThat(world.coordinator.due()).doesNotContain(MAIL);
  }

  @Test
  void shouldNotBeReplacedWhileClocksMayDifferByThat() {
    world.issuer.dateByThisClock();

    world.clock.set(right.plus(AHEAD).minus(SKEW));
    assertThat(world.coordinator.due()).doesNotContain(MAIL);
    world.clock.set(right.plus(AHEAD).minus(SKEW).minusMillis(1));
    assertThat(world.coordinator.due()).contains(MAIL);
  }

  @Test
  void shouldLeaveNoTimeForLongWaits() {
    world.issuer.dateByThisClock();
    world.clock.set(right);
    for (int failures = 1; failures <= 12; failures++) {
      world.issuer.thenFail(new IssuanceFailure.Unreachable("refused"));
      world.coordinator.renew(MAIL, true, step -> {});
    }

    assertThat(world.journal.find(MAIL).notBefore().orElseThrow())
        .isBefore(right.plus(Duration.ofHours(2)));
  }

  /** Then the clock is behind now, and what the CA made would not be valid yet either. */
  @Test
  void shouldStayWhereTheIssuerHasAClockOfItsOwn() {
    world.clock.set(right);

    assertThat(world.coordinator.due()).doesNotContain(MAIL);
    assertThat(status().decision().isDue()).isFalse();
  }

  /** Its dates are right too, and what would be made instead might have expired in truth. */
  @Test
  void shouldStayWhereWhatAnotherCaDatedShowsThatTheClockIsBehind() {
    world.issuer.dateByThisClock();
    addWebOf(new ScriptedIssuer(RenewalWorld.CA, world.clock));
    world.clock.set(right);

    assertThat(world.coordinator.due()).isEmpty();
    assertThat(status().decision().isDue()).isFalse();
    assertThat(world.coordinator.explain(MAIL).orElseThrow().rules())
        .extracting(RenewalRule::name)
        .doesNotContain("start");
  }

  @Test
  void shouldBeReplacedWhereWhatAnotherCaDatedIsValid() {
    world.issuer.dateByThisClock();
    world.clock.set(right);
    addWebOf(new ScriptedIssuer(RenewalWorld.CA, world.clock));

    assertThat(world.coordinator.due()).containsExactly(MAIL);
  }

  private void addWebOf(ScriptedIssuer issuer) {
    world.issuers = Map.of("internal", world.issuer, "public", issuer);
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.spec(MAIL, "mail.contoso.example"),
                RenewalWorld.from("public", WEB, "www.contoso.example")));
    assertThat(world.coordinator.check(WEB)).isInstanceOf(Renewed.class);
  }

  private CertificateStatus status() {
    return world.coordinator.statuses().stream()
        .filter(status -> status.spec().id().equals(MAIL))
        .findFirst()
        .orElseThrow();
  }
}
