package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.renewal.IssuanceFailure.LimitReached;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Orders that were to name what they replace (RFC 9773, section 5), which no limit counts, and go
 * out without it: the CA counts them, and so must the ledger.
 */
@Timeout(60)
class ReplacementFaultTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Reply REPLACED =
      problem(409, "alreadyReplaced", "\"detail\":\"it has a replacement order\"");

  private final VirtualTime time = new VirtualTime(START);
  private final FaultCa ca = new FaultCa(time);

  @TempDir private Path state;

  private FaultWorld world;

  @BeforeEach
  void holdOne() throws Exception {
    world = FaultWorld.start(state, ca, time, RateLimits.LETSENCRYPT, SPEC);
    assertThat(world.look()).isInstanceOf(Renewed.class);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void aReplacementShouldNotBeCounted() {
    aWeekPasses();
    suggestToRenew();

    assertRenewed(Optional.of("named"), 0);
  }

  @Test
  void anOrderThatIsRepeatedWithoutWhatItReplacesShouldBeCounted() {
    aWeekPasses();
    suggestToRenew();
    ca.next(RequestKind.NEW_ORDER, REPLACED);

    assertRenewed(Optional.empty(), 1);
  }

  @Test
  void anOrderToACaThatHasRenewalInformationNoMoreShouldBeCounted() {
    aWeekPasses();
    suggestToRenew();
    ca.on(RequestKind.DIRECTORY, withoutRenewalInfo());

    assertRenewed(Optional.empty(), 1);
  }

  static Stream<Fault> whatCameToNothing() {
    return Stream.of(problem(500, "serverInternal", "\"detail\":\"oops\""), Fault.Lost.REQUEST);
  }

  @ParameterizedTest
  @MethodSource("whatCameToNothing")
  void whatIsRepeatedInVainShouldNotCountAsACertificate(Fault fault) {
    aWeekPasses();
    suggestToRenew();
    ca.next(RequestKind.NEW_ORDER, REPLACED, fault);
    assertThat(world.look()).isInstanceOf(StillValid.class);
    time.set(world.journal().notBefore().orElseThrow());

    assertRenewed(Optional.of("named"), 0);
  }

  @Test
  void anOrderBeyondTheLimitShouldNotBeRepeatedWithoutWhatItReplaces() {
    fiveInAWeek();
    ca.on(RequestKind.NEW_ORDER, REPLACED);
    int asked = orders();
    Instant free = START.plus(WEEK).plus(MINUTE);

    assertThat(world.look()).isInstanceOf(StillValid.class);
    assertThat(world.failure())
        .isInstanceOfSatisfying(
            LimitReached.class, reached -> assertThat(reached.until()).isEqualTo(free));
    assertThat(world.journal().notBefore().orElseThrow()).isAfterOrEqualTo(free);
    assertThat(orders()).isEqualTo(asked + 1);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(5));

    ca.mend();
    ca.next(RequestKind.NEW_ORDER, REPLACED);
    time.set(world.journal().notBefore().orElseThrow()); // when all five are a week old
    assertRenewed(Optional.empty(), 1);
  }

  @Test
  void anOperatorWhoInsistsShouldGoBeyondTheLimit() {
    fiveInAWeek();
    ca.next(RequestKind.NEW_ORDER, REPLACED);

    assertThat(world.force()).isInstanceOf(Renewed.class);
    assertThat(world.counted()).isEqualTo(6);
  }

  /** The one of the start counts no more. */
  private void aWeekPasses() {
    time.advance(WEEK.plus(MINUTE));
    assertThat(world.counted()).isZero();
  }

  /** Five orders that replace nothing, a minute apart, and a sixth that would replace the last. */
  private void fiveInAWeek() {
    for (int more = 0; more < 4; more++) {
      time.advance(MINUTE);
      assertThat(world.force()).isInstanceOf(Renewed.class);
    }
    assertThat(world.counted()).isEqualTo(5);
    suggestToRenew();
  }

  private void suggestToRenew() {
    ca.suggest(START, START.plusSeconds(1), Optional.empty());
    world.askForSuggestion();
    ca.suggest(
        START.plus(WEEK.multipliedBy(8)), START.plus(WEEK.multipliedBy(9)), Optional.empty());
  }

  /** A certificate that the CA has not been asked about is replaced by no name: all are shown. */
  private void assertRenewed(Optional<String> named, int counted) {
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.replacements())
        .last()
        .satisfies(last -> assertThat(last.map(id -> "named")).isEqualTo(named));
    assertThat(world.counted()).isEqualTo(counted);
  }

  private int orders() {
    return Collections.frequency(ca.requests(), RequestKind.NEW_ORDER);
  }

  private static Fault withoutRenewalInfo() {
    return new Fault.Changed(
        reply -> reply.withBody(reply.body().replace("\"renewalInfo\"", "\"gone\"")));
  }
}
