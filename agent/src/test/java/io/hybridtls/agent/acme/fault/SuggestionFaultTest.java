package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.net.URI;
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

/** What CAs suggest (RFC 9773), and what becomes of it when that makes no sense. */
@Timeout(60)
class SuggestionFaultTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final URI INCIDENT = URI.create("https://ca.example/incident/7");

  private final VirtualTime time = new VirtualTime(START);
  private final FaultCa ca = new FaultCa(time);

  @TempDir private Path state;

  private FaultWorld world;

  @BeforeEach
  void holdOneThatIsNew() throws Exception {
    world = FaultWorld.start(state, ca, time, SPEC);
    assertThat(world.look()).isInstanceOf(Renewed.class);
    time.advance(Duration.ofDays(1));
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldRenewAtOnceWhenTheWindowIsOver() {
    ca.suggest(START, START.plus(HOUR), Optional.of(INCIDENT));
    world.askForSuggestion();

    assertThat(world.decision().isDue()).isTrue();
    assertThat(world.decision().reason()).contains("which is over", INCIDENT.toString());
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
    assertThat(ca.replacements()).last().satisfies(last -> assertThat(last).isPresent());
  }

  @Test
  void shouldNotRenewAgainAndAgainWhenTheCaRepeatsAWindowThatIsOver() {
    ca.suggest(START, START.plus(HOUR), Optional.empty());
    world.askForSuggestion();
    assertThat(world.look()).isInstanceOf(Renewed.class);
    time.advance(HOUR);
    world.askForSuggestion();

    for (int looks = 0; looks < 20; looks++) {
      world.look();
      time.advance(HOUR);
    }
    assertThat(ca.spent().orders()).isLessThanOrEqualTo(4);
  }

  @Test
  void shouldBecomeSlowWithACaThatSuggestsToRenewWhateverItHasJustIssued() {
    ca.suggest(START, START.plus(HOUR), Optional.empty());
    for (int renewal = 0; renewal < 4; renewal++) {
      world.askForSuggestion();
      assertThat(world.look()).isInstanceOf(Renewed.class);
      assertThat(world.warnings()).isEmpty();
    }

    for (int day = 0; day < 3; day++) {
      world.askForSuggestion();
      assertThat(world.look()).isInstanceOf(NotDue.class);
      assertThat(world.warnings())
          .singleElement()
          .asString()
          .startsWith(4 + day + " times in a row the CA has suggested to renew what it had only");
      time.advance(DAY.minusSeconds(1));
      world.askForSuggestion();
      assertThat(world.look()).isInstanceOf(NotDue.class);
      time.advance(Duration.ofSeconds(1));
      world.askForSuggestion();
      assertThat(world.look()).isInstanceOf(Renewed.class);
    }

    Instant sane = time.instant().plus(DAY.multipliedBy(60));
    ca.suggest(sane, sane.plus(DAY), Optional.empty());
    world.askForSuggestion();
    time.advance(DAY);
    world.askForSuggestion();
    assertThat(world.warnings()).isEmpty();
  }

  @Test
  void shouldRenewAtTheInstantThatWasChosenInTheWindow() {
    Instant start = time.instant().plus(Duration.ofDays(2));
    Instant end = start.plus(Duration.ofDays(1));
    ca.suggest(start, end, Optional.of(INCIDENT));
    world.askForSuggestion();

    Instant chosen = world.renewAt();
    assertThat(chosen).isBetween(start, end);
    assertThat(world.decision().reason()).contains(INCIDENT.toString());
    time.set(chosen.minusMillis(1));
    assertThat(world.look()).isInstanceOf(NotDue.class);
    time.set(chosen);
    assertThat(world.look()).isInstanceOf(Renewed.class);
  }

  static Stream<Fault> senseless() {
    return Stream.of(
        problem(404, "malformed", "\"detail\":\"no such certificate\""),
        html(404),
        html(200),
        html(503).header("Retry-After", "60"),
        json(200, "{\"suggestedWindow\": "),
        json(200, "{\"suggestedWindow\":{}}"),
        window("2026-11-24T12:00:00Z", "2026-11-24T11:00:00Z"),
        window("2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z"),
        window("yesterday", "today"),
        json(200, "x".repeat((1 << 20) + 1)),
        Fault.Lost.REPLY);
  }

  private static Fault window(String start, String end) {
    return json(200, "{\"suggestedWindow\":{\"start\":\"" + start + "\",\"end\":\"" + end + "\"}}");
  }

  @ParameterizedTest
  @MethodSource("senseless")
  void shouldGoByTheLifetimeWhenTheAnswerMakesNoSense(Fault fault) {
    ca.on(RequestKind.RENEWAL_INFO, fault);
    Instant usual = world.renewAt();
    world.askForSuggestion();

    assertThat(world.look()).isInstanceOf(NotDue.class);
    assertThat(world.renewAt()).isEqualTo(usual);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
    time.set(usual);
    assertThat(world.look()).isInstanceOf(Renewed.class);
  }

  @ParameterizedTest
  @MethodSource("senseless")
  void shouldKeepWhatWasHeardBeforeWhenALaterAnswerMakesNoSense(Fault fault) {
    Instant start = time.instant().plus(Duration.ofDays(2));
    ca.suggest(start, start.plus(HOUR), Optional.empty());
    world.askForSuggestion();
    Instant chosen = world.renewAt();
    ca.on(RequestKind.RENEWAL_INFO, fault);
    time.advance(Duration.ofHours(7));
    world.askForSuggestion();

    assertThat(Collections.frequency(ca.requests(), RequestKind.RENEWAL_INFO))
        .isGreaterThanOrEqualTo(2);
    assertThat(world.renewAt()).isEqualTo(chosen);
  }
}
