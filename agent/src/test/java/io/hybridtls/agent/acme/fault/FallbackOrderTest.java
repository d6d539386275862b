package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two CAs, of which one fails at the wrong moment: what one has issued, the other need not. */
@Timeout(60)
class FallbackOrderTest {

  private static final CertificateSpec SPEC =
      FaultWorld.SPEC.withFallbackIssuers(List.of("second"));

  private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultCa first = new FaultCa(time);
  private final FaultCa second = new FaultCa(time);

  @TempDir private Path state;

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  @Test
  void theFallbackShouldNotBeAskedForWhatTheFirstMayHaveIssued() throws Exception {
    FaultWorld world = due();
    first.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.look()).isInstanceOf(StillValid.class);
    assertThat(world.steps()).contains("waiting for the order at issuer ca: it may yet be issued");
    time.advance(Duration.ofMinutes(3));

    assertFinished(start(state), Spent.certificates(2), Spent.NOTHING);
  }

  @Test
  void theFallbackShouldBeAskedWhenTheOrderHasHadADay() throws Exception {
    FaultWorld world = due();
    first.on(RequestKind.FINALIZE, Fault.Slow.forEver());
    assertThat(world.look()).isInstanceOf(StillValid.class);
    time.advance(Duration.ofDays(1));

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.live().orElseThrow().issuer()).isEqualTo("second");
  }

  @Test
  void theFallbackShouldBeAskedAtOnceWhenThereIsNoTimeToLose() throws Exception {
    FaultWorld world = due();
    time.advance(Duration.ofDays(22));
    first.next(RequestKind.FINALIZE, Fault.Lost.REPLY);

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.live().orElseThrow().issuer()).isEqualTo("second");
  }

  @Test
  void anOrderAtAnIssuerThatIsConfiguredNoMoreShouldNotBeTakenUp() throws Exception {
    FaultWorld world = due();
    first.on(RequestKind.DIRECTORY, Fault.Lost.REQUEST);
    second.on(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.look()).isInstanceOf(StillValid.class);
    first.mend();
    time.advance(Duration.ofDays(1));
    FaultWorld next =
        FaultWorld.start(state, Map.of("ca", first), time, RateLimits.NONE, FaultWorld.SPEC);

    assertFinished(next, Spent.certificates(2), Spent.certificates(1));
  }

  /** Nothing is known of the order until the CA is back, however long that takes. */
  @Test
  void whatWasIssuedShouldNotBeGivenUpWhileItsCaIsAway() throws Exception {
    due();
    FaultWorld world =
        FaultWorld.start(state, Map.of("ca", first), time, RateLimits.NONE, FaultWorld.SPEC);
    first.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.look()).isInstanceOf(StillValid.class);
    first.on(RequestKind.ORDER, Fault.Lost.REQUEST);
    first.on(RequestKind.NEW_ORDER, Fault.Lost.REQUEST);
    for (int day = 0; day < 3; day++) {
      time.advance(Duration.ofDays(2));
      assertThat(world.look()).isInstanceOf(StillValid.class);
    }
    first.mend();
    time.advance(Duration.ofDays(2));

    assertFinished(world, Spent.certificates(2), Spent.NOTHING);
  }

  /**
   * A CA that answers for everything but one order does not keep a certificate from being renewed.
   */
  @Test
  void anOrderThatCannotBeAskedForShouldBeGivenUpWhenAnotherIsTaken() throws Exception {
    due();
    FaultWorld world =
        FaultWorld.start(state, Map.of("ca", first), time, RateLimits.NONE, FaultWorld.SPEC);
    first.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.look()).isInstanceOf(StillValid.class);
    time.advance(Duration.ofDays(2));
    first.next(RequestKind.ORDER, Fault.Lost.REQUEST);

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(Killing.remains(state)).isEmpty();
  }

  /** A certificate from the first CA, which is due. */
  private FaultWorld due() throws Exception {
    FaultWorld world = start(state);
    assertThat(world.look()).isInstanceOf(Renewed.class);
    time.advance(Duration.ofDays(61));
    return world;
  }

  private FaultWorld start(Path place) throws Exception {
    return FaultWorld.start(
        place, Map.of("ca", first, "second", second), time, RateLimits.NONE, SPEC);
  }

  private void assertFinished(FaultWorld world, Spent atFirst, Spent atSecond) throws Exception {
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.liveNumber()).isEqualTo(2);
    assertThat(first.spent()).isEqualTo(atFirst);
    assertThat(second.spent()).isEqualTo(atSecond);
    assertThat(world.store.generations(MAIL)).containsExactly(1L, 2L);
    assertThat(Killing.remains(state)).isEmpty();
    assertThat(world.look()).isInstanceOf(NotDue.class);
  }
}
