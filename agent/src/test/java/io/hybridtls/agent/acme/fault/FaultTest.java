package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.MAIL;
import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.agent.renewal.Slack;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is due, at a CA that is about to fail. */
@Timeout(60)
abstract class FaultTest {

  /** Waits that grow with each failure are spread over half as much again. */
  private static final double SPREAD = 1.5;

  private static final Duration INSTANT = Duration.ofMillis(1);

  /** How long an order is looked at again and again before that counts as a failure. */
  private static final Duration POLLING = Duration.ofMinutes(5);

  final VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
  final FaultCa ca = new FaultCa(time);

  @TempDir Path state;

  FaultWorld world;
  private Spent before;

  @BeforeEach
  void holdOneThatIsDue() throws Exception {
    world = FaultWorld.start(state, ca, time, SPEC);
    assertThat(world.look()).isInstanceOf(Renewed.class);
    world.askForSuggestion();
    time.advance(Duration.ofDays(61));
    before = ca.spent();
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  /**
   * A look fails as expected, changes nothing that is stored or live, and the next is made exactly
   * when the failure says so.
   *
   * @param spent at the CA, since the certificate was due
   */
  void expectFailure(IssuanceFailure expected, Spent spent) {
    RenewalOutcome outcome = world.look();

    assertThat(world.failure()).isEqualTo(expected);
    assertThat(outcome).isInstanceOf(StillValid.class);
    assertThat(outcome.describe()).startsWith(expected.describe());
    assertThat(spent()).isEqualTo(spent);
    assertThat(world.liveNumber()).isEqualTo(1);
    assertThat(stored()).containsExactly(1L);
    Instant next = nextAttempt();
    assertThat(next)
        .isEqualTo(expected.retryAt(time.instant(), world.journal().failures(), slack()));
    List<RequestKind> asked = ca.requests();
    time.set(next.minus(INSTANT));
    assertThat(world.look()).isInstanceOf(NotDue.class);
    assertThat(ca.requests()).isEqualTo(asked);
    time.set(next);
  }

  /** As above, and the next look is made after {@code wait}, or up to half as long again. */
  void expectFailure(IssuanceFailure expected, Spent spent, Duration wait) {
    Instant earliest = time.instant().plus(wait);
    expectFailure(expected, spent);
    assertThat(time.instant())
        .isBetween(
            earliest, earliest.plusMillis((long) (wait.toMillis() * (SPREAD - 1))).plus(POLLING));
  }

  /** The CA is well again, and the next look renews. */
  void expectRecovery(Spent spent) {
    ca.mend();
    expectRenewal(spent);
  }

  void expectRenewal(Spent spent) {
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.liveNumber()).isEqualTo(2);
    assertThat(stored()).containsExactly(1L, 2L);
    assertThat(spent()).isEqualTo(spent);
    assertThat(world.journal().failures()).isZero();
  }

  /** Looks fail, and the first that is made a day after the order is the last that knows it. */
  void expectAnotherOrderAfterADay() {
    Instant day = time.instant().plus(Duration.ofDays(1));
    List<Instant> looks = new ArrayList<>();
    while (spent().orders() < 2) {
      looks.add(time.instant());
      assertThat(world.look()).isInstanceOf(StillValid.class);
      time.set(nextAttempt());
    }
    assertThat(looks).hasSizeGreaterThan(3);
    assertThat(looks.get(looks.size() - 3)).isBefore(day);
    assertThat(looks.get(looks.size() - 2)).isAfterOrEqualTo(day);
  }

  /** Since the certificate was due. */
  Spent spent() {
    return ca.spent().since(before);
  }

  Instant nextAttempt() {
    return world.journal().notBefore().orElseThrow();
  }

  String url(RequestKind kind) {
    return ca.url(kind).toString();
  }

  private List<Long> stored() {
    try {
      return world.store.generations(MAIL);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private Slack slack() {
    Generation live = world.live().orElseThrow();
    return Slack.until(new RenewalPolicy().floor(live), MAIL.value());
  }
}
