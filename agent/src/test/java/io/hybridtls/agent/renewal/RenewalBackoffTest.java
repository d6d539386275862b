package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.RenewalOutcome.Failed;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RenewalBackoffTest {

  private static final Duration INSTANT = Duration.ofMillis(1);

  @TempDir private Path directory;

  private RenewalWorld world;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new IssuanceFailure.Unreachable("refused"),
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(4))),
        Arguments.of(
            new IssuanceFailure.Rejected("unauthorized"),
            List.of(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4))),
        Arguments.of(
            new IssuanceFailure.Misconfigured("issuers.x.directory", "not ACME"),
            List.of(Duration.ofHours(24), Duration.ofHours(24))),
        Arguments.of(
            new IssuanceFailure.NotStored("disk full"),
            List.of(Duration.ofMinutes(10), Duration.ofMinutes(20))));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldWaitAsLongAsTheKindOfFailureAsks(IssuanceFailure failure, List<Duration> waits) {
    int calls = 0;
    for (Duration wait : waits) {
      world.issuer.thenFail(failure);
      world.coordinator.check(MAIL);
      assertThat(world.issuer.calls()).isEqualTo(++calls);

      Instant next = world.journal.find(MAIL).notBefore().orElseThrow();
      assertThat(Duration.between(world.clock.instant(), next))
          .isBetween(wait, wait.multipliedBy(3).dividedBy(2));
      world.clock.set(next.minus(INSTANT));
      assertThat(world.coordinator.due()).doesNotContain(MAIL);
      RenewalOutcome early = world.coordinator.check(MAIL);
      assertThat(early.describe()).contains(failure.describe());
      assertThat(world.issuer.calls()).isEqualTo(calls);

      world.clock.advance(INSTANT);
      assertThat(world.coordinator.due()).contains(MAIL);
    }
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.journal.find(MAIL).failures()).isZero();
  }

  @Test
  void whoeverCorrectedTheFileAndStartsTheAgentShouldNotWait() throws Exception {
    world.issuer.thenFail(new IssuanceFailure.Misconfigured("issuers.x.profile", "no such"));
    world.coordinator.check(MAIL);

    RenewalWorld restarted = world.restarted();

    assertThat(restarted.journal.find(MAIL).failure()).contains("issuers.x.profile: no such");
    assertThat(restarted.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
  }

  @Test
  void aStartAloneShouldNotShortenAnyOtherWait() throws Exception {
    world.issuer.thenFail(new IssuanceFailure.Rejected("unauthorized"));
    world.coordinator.check(MAIL);

    assertThat(world.restarted().coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(world.issuer.calls()).isEqualTo(1);
  }

  @Test
  void shouldWaitUntilTheCaAllowsIt() {
    Instant until = rateLimited(Duration.ofHours(30));

    Instant next = world.journal.find(MAIL).notBefore().orElseThrow();
    assertThat(next).isBetween(until, until.plus(Duration.ofHours(3)));
    world.clock.set(next.minus(INSTANT));
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    world.clock.set(next);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
  }

  @Test
  void shouldRememberTheWaitAfterARestart() throws Exception {
    Instant until = rateLimited(Duration.ofHours(30));

    RenewalWorld restarted = world.restarted();

    assertThat(restarted.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(restarted.issuer.calls()).isEqualTo(1);
    assertThat(restarted.journal.find(MAIL).notBefore())
        .isEqualTo(world.journal.find(MAIL).notBefore())
        .hasValueSatisfying(next -> assertThat(next).isAfterOrEqualTo(until));
  }

  @Test
  void shouldNotWaitForYearsWhenTheClockHadBeenYearsAhead() throws Exception {
    Instant right = world.clock.instant();
    world.clock.advance(Duration.ofDays(3_650));
    world.issuer.thenFail(new IssuanceFailure.Unreachable("its certificate has expired"));
    world.coordinator.check(MAIL);
    world.clock.set(right);
    assertThat(world.coordinator.due()).contains(MAIL);

    world.issuer.thenFail(new IssuanceFailure.Unreachable("refused"));
    assertThat(world.coordinator.renew(MAIL, true, step -> {})).isInstanceOf(Failed.class);
    assertThat(world.journal.find(MAIL).notBefore().orElseThrow())
        .isBetween(right, right.plus(Duration.ofMinutes(3)));
    RenewalWorld restarted = world.restarted();
    restarted.clock.advance(Duration.ofMinutes(3));
    assertThat(restarted.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
  }

  @Test
  void shouldForgetWhatTheCaDemandedByAClockThatWasYearsAheadThoughItIsKilled() {
    Instant right = world.clock.instant();
    world.clock.advance(Duration.ofDays(3_650));
    rateLimited(Duration.ofHours(30));
    world.clock.set(right);
    Instant next =
        world.journal.find(MAIL).begun(right, Slack.none("mail")).notBefore().orElseThrow();

    assertThat(next).isBefore(right.plus(Duration.ofHours(1)));
  }

  @Test
  void shouldNotWaitWhenForcedAndSaySo() {
    rateLimited(Duration.ofHours(30));
    List<String> steps = new ArrayList<>();

    assertThat(world.coordinator.renew(MAIL, true, steps::add)).isInstanceOf(Renewed.class);

    assertThat(steps.get(0)).startsWith("not waiting, as asked:").contains("too many orders");
  }

  @Test
  void shouldEndWaitsAfterAReloadExceptThoseThatTheCaDemands() {
    world.issuer.thenFail(new IssuanceFailure.Misconfigured("issuers.x.directory", "not ACME"));
    world.coordinator.check(MAIL);
    world.coordinator.endWaits();
    assertThat(world.coordinator.due()).contains(MAIL);

    rateLimited(Duration.ofHours(30));
    world.coordinator.endWaits();
    assertThat(world.coordinator.due()).doesNotContain(MAIL);
  }

  @Test
  void shouldCountAnAttemptThatWasCutShortAsAFailure() throws Exception {
    RenewalWorld[] after = new RenewalWorld[1];
    world.issuer.then(
        (request, progress) -> {
          progress.step("waiting for the CA to validate");
          after[0] = restarted();
          throw new IssuanceException(new IssuanceFailure.Unreachable("never seen"));
        });
    world.coordinator.check(MAIL);

    JournalEntry entry = after[0].journal.find(MAIL);

    assertThat(entry.failures()).isEqualTo(1);
    assertThat(entry.step()).contains("waiting for the CA to validate");
    assertThat(entry.failure().orElseThrow()).contains("stopped in the middle");
    assertThat(after[0].coordinator.due()).doesNotContain(MAIL);
  }

  @Test
  void shouldStartAfreshWithAnEntryThatCannotBeRead() throws Exception {
    rateLimited(Duration.ofHours(30));
    Files.writeString(directory.resolve("journal/mail.json"), "{\"failures\": 1, \"lastAtt");
    Files.writeString(directory.resolve("journal/Not An Id.json"), "{}");

    assertThat(world.restarted().coordinator.due()).contains(MAIL);
  }

  @Test
  void shouldRememberTheWaitThatItCannotWrite() throws Exception {
    Files.delete(directory.resolve("journal"));
    rateLimited(Duration.ofHours(30));

    assertThat(world.coordinator.due()).doesNotContain(MAIL);
  }

  private Instant rateLimited(Duration wait) {
    Instant until = world.clock.instant().plus(wait);
    world.issuer.thenFail(new IssuanceFailure.RateLimited(until, "too many orders"));
    world.coordinator.check(MAIL);
    return until;
  }

  private RenewalWorld restarted() {
    try {
      return world.restarted();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
