package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.ratelimit.SpentShare;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.renewal.RenewalOutcome.Failed;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several issuers and their limits, seen from the coordinator. */
class IssuersInTurnTest {

  private static final Instant TIME = Instant.parse("2099-01-01T00:00:00Z");
  private static final String NAME = "mail.contoso.example";
  private static final CertificateSpec SPEC =
      RenewalWorld.from("first", MAIL, NAME).withFallbackIssuers(List.of("second"));

  @TempDir private Path directory;
  private RenewalWorld world;
  private ScriptedIssuer first;
  private ScriptedIssuer second;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
    first = new ScriptedIssuer(RenewalWorld.CA, world.clock);
    second = new ScriptedIssuer(RenewalWorld.CA, world.clock);
    world.issuers = Map.of("first", first, "second", second);
    world.inventory = CertificateInventory.of(List.of(SPEC));
  }

  static Stream<IssuanceFailure> whatAnotherCaMayMend() {
    return Stream.of(
        new Unreachable("refused"),
        new RateLimited(TIME, "paused"),
        new NotOffered("not here", List.of()));
  }

  static Stream<IssuanceFailure> whatNoOtherCaMends() {
    return Stream.of(
        new Rejected("unauthorized"),
        new Unproved("no answer from 192.0.2.53"),
        new Misconfigured("issuers.first.x", "wrong"));
  }

  @ParameterizedTest
  @MethodSource("whatAnotherCaMayMend")
  void theNextIssuerShouldBeAskedWhenItMayMend(IssuanceFailure failure) {
    first.thenFail(failure);

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.live.snapshot().find(MAIL).orElseThrow().issuer()).isEqualTo("second");
  }

  @ParameterizedTest
  @MethodSource("whatNoOtherCaMends")
  void theNextIssuerShouldNotBeAskedForWhatIsWrongOnOurSide(IssuanceFailure failure) {
    first.thenFail(failure);

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(second.calls()).isZero();
  }

  @Test
  void theFirstShouldBeAskedAgainWhenItHasRecovered() {
    first.thenFail(new Unreachable("refused"));
    world.coordinator.check(MAIL);
    world.clock.advance(Duration.ofDays(61));

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.live.snapshot().find(MAIL).orElseThrow().issuer()).isEqualTo("first");
  }

  @Test
  void aSilentIssuerShouldBePassedOverByOthersForAWhileWithTheReason() {
    first.thenFail(new Unreachable("refused"));
    world.coordinator.check(MAIL);
    List<String> steps = new ArrayList<>();
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.from("first", RenewalWorld.WEB, "www.contoso.example")
                    .withFallbackIssuers(List.of("second"))));

    world.coordinator.renew(RenewalWorld.WEB, false, steps::add);

    assertThat(first.calls()).isEqualTo(1);
    assertThat(steps.get(0))
        .startsWith("passing over issuer first until ")
        .endsWith(": it did not answer: refused");
  }

  @Test
  void anIssuerThatHasAnsweredShouldRestNoLonger() {
    first.thenFail(new Unreachable("refused"));
    world.coordinator.check(MAIL);
    assertThat(standing().rest()).isPresent();

    world.coordinator.renew(MAIL, true, step -> {});

    assertThat(standing().rest()).isEmpty();
  }

  @Test
  void aRestShouldBindNobodyOnceTheClockIsSetBack() {
    first.thenFail(new Unreachable("refused"));
    world.coordinator.check(MAIL);
    assertThat(standing().rest()).isPresent();

    world.clock.set(world.clock.instant().minusSeconds(1));

    assertThat(standing().rest()).isEmpty();
  }

  /** Of the first choice. */
  private IssuerStanding standing() {
    return world.coordinator.explain(MAIL).orElseThrow().issuers().get(0);
  }

  @Test
  void whatTheCaDemandsShouldBeKeptThoughAnotherIssuerIsTriedMeanwhile() throws Exception {
    Instant until = world.clock.instant().plus(Duration.ofHours(30));
    first.thenFail(new RateLimited(until, "too many"));
    second.thenFail(new Unreachable("refused"));
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    Instant next = world.journal.find(MAIL).notBefore().orElseThrow();
    assertThat(next).isBefore(until);

    world.clock.set(next);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);

    assertThat(first.calls()).isEqualTo(1);
    assertThat(second.calls()).isEqualTo(2);
  }

  @Test
  void aCaThatIsTooBusyForAnyOrderShouldRestAndSayItInTheSameWordsToAll() {
    twoCertificates();
    Instant until = world.clock.instant().plus(Duration.ofHours(2));
    IssuanceFailure busy = new RateLimited(until, "https://ca.example/order: HTTP 503", true);
    first.thenFail(busy);

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(world.coordinator.check(RenewalWorld.WEB).describe()).contains(busy.describe());
    assertThat(first.calls()).isEqualTo(1);
    assertThat(world.coordinator.statuses())
        .extracting(status -> status.journal().failure().orElseThrow())
        .containsOnly(busy.describe());
    assertThat(world.coordinator.explain(RenewalWorld.WEB).orElseThrow().issuers().get(0).rest())
        .get()
        .returns(until, IssuerRest::until)
        .returns(busy.describe(), IssuerRest::reason);

    world.clock.set(world.journal.find(RenewalWorld.WEB).notBefore().orElseThrow());
    assertThat(world.clock.instant()).isAfterOrEqualTo(until);
    assertThat(world.coordinator.check(RenewalWorld.WEB)).isInstanceOf(Renewed.class);
  }

  @Test
  void aFallbackShouldBeAskedWhileTheFirstIsTooBusyForAnyOrder() {
    Instant until = world.clock.instant().plus(Duration.ofHours(2));
    first.thenFail(new RateLimited(until, "HTTP 503", true));
    world.coordinator.renew(MAIL, false, step -> {});
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.from("first", RenewalWorld.WEB, "www.contoso.example")
                    .withFallbackIssuers(List.of("second"))));

    assertThat(world.coordinator.check(RenewalWorld.WEB)).isInstanceOf(Renewed.class);
    assertThat(first.calls()).isEqualTo(1);
    assertThat(second.calls()).isEqualTo(2);
  }

  @Test
  void aLimitOfOneOrderShouldNotKeepOthersFromTheIssuer() {
    twoCertificates();
    first.thenFail(new RateLimited(world.clock.instant().plus(Duration.ofHours(2)), "too many"));

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(world.coordinator.check(RenewalWorld.WEB)).isInstanceOf(Renewed.class);
  }

  @Test
  void theNextIssuerShouldNotBeAskedWhenTheAgentIsStopped() {
    first.then(
        (request, progress) -> {
          Thread.currentThread().interrupt();
          throw new IssuanceException(new Unreachable("interrupted"));
        });

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(second.calls()).isZero();
  }

  @Test
  void aSpentLimitShouldBeWaitedForAndSaid() throws Exception {
    limited();
    for (int n = 0; n < 5; n++) {
      assertThat(world.coordinator.renew(MAIL, true, step -> {})).isInstanceOf(Renewed.class);
    }
    Instant start = world.clock.instant();
    world.clock.advance(Duration.ofMinutes(1));

    world.inventory = CertificateInventory.of(List.of(withAnotherKey()));
    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome).isInstanceOf(StillValid.class);
    assertThat(outcome.describe())
        .startsWith(
            "not ordered, to stay within the limits of the CA, before "
                + start.plus(Duration.ofDays(7)).plusSeconds(60)
                + ": 5 of 5 certificates for exactly mail.contoso.example within 7 days are spent");
    assertThat(first.calls()).isEqualTo(5);
    assertThat(world.coordinator.explain(MAIL).orElseThrow().cost())
        .returns(true, RenewalCost::exceeds)
        .returns(true, RenewalCost::due);
  }

  @Test
  void anOrderThatTakesThePlaceOfOneThatIsForgottenShouldBeCounted() {
    limited();
    first
        .then((request, progress) -> cutShort(request, "https://ca.example/order/1"))
        .then(
            (request, progress) -> {
              request.keys();
              request.giveUp(); // the CA knows it no more
              request.keys();
              request.place("https://ca.example/order/2");
              return first.sign(request);
            });
    world.coordinator.renew(MAIL, true, step -> {});
    assertThat(world.coordinator.renew(MAIL, true, step -> {})).isInstanceOf(Renewed.class);

    assertThat(spentForTheNames()).isEqualTo(2);
  }

  @Test
  void anOrderThatIsTakenUpAgainShouldNotBeCountedAgain() {
    limited();
    first
        .then((request, progress) -> cutShort(request, "https://ca.example/order/1"))
        .then(
            (request, progress) -> {
              request.keys();
              return first.sign(request);
            });
    world.coordinator.renew(MAIL, true, step -> {});
    assertThat(world.coordinator.renew(MAIL, true, step -> {})).isInstanceOf(Renewed.class);

    assertThat(spentForTheNames()).isEqualTo(1);
  }

  /** An outage would use up what the CA grants when it is back. */
  @Test
  void whatDoesNotReachTheCaShouldNotBeCounted() {
    limited();
    first.thenFail(new Unreachable("https://ca.example/directory: HTTP 502"));

    world.coordinator.renew(MAIL, true, step -> {});

    assertThat(first.calls()).isEqualTo(1);
    assertThat(world.coordinator.explain(MAIL).orElseThrow().issuers().get(0).spent())
        .extracting(SpentShare::spent)
        .containsOnly(0);
  }

  @Test
  void aForgottenOrderShouldNotBePlacedAgainBeyondALimit() throws Exception {
    limited();
    for (int n = 0; n < 4; n++) {
      world.coordinator.renew(MAIL, true, step -> {});
    }
    first
        .then((request, progress) -> cutShort(request, "https://ca.example/order/5"))
        .then(
            (request, progress) -> {
              request.giveUp();
              request.keys();
              throw new AssertionError("it would be placed now");
            });
    world.coordinator.renew(MAIL, true, step -> {});
    world.clock.set(world.journal.find(MAIL).notBefore().orElseThrow());

    assertThat(world.coordinator.check(MAIL).describe())
        .contains("5 of 5 certificates for exactly mail.contoso.example within 7 days are spent");
  }

  @Test
  void theLedgerShouldOutliveARestart() throws Exception {
    limited();
    for (int n = 0; n < 5; n++) {
      world.coordinator.renew(MAIL, true, step -> {});
    }

    RenewalWorld restarted = world.restarted();
    restarted.issuers = world.issuers;
    restarted.terms = world.terms;
    restarted.inventory = world.inventory;

    assertThat(restarted.coordinator.explain(MAIL).orElseThrow().cost().exceeds()).isTrue();
  }

  @Test
  void anExplanationShouldHaveEveryRuleAndEveryIssuer() {
    world.terms = Map.of("first", new IssuerTerms("ca.example", RateLimits.LETSENCRYPT, 4));
    world.coordinator.check(MAIL);

    Explanation explanation = world.coordinator.explain(MAIL).orElseThrow();

    assertThat(explanation.rules())
        .extracting(rule -> rule.name())
        .containsExactly("configuration", "floor", "suggestion", "lifetime", "only-between");
    assertThat(explanation.issuers())
        .extracting(IssuerStanding::issuer)
        .containsExactly("first", "second");
    assertThat(explanation.issuers().get(0).spent()).hasSize(2);
    Instant look = world.clock.instant().plusSeconds(60);
    assertThat(explanation.next(Optional.of(look)))
        .hasSize(3)
        .startsWith("all certificates are looked at next at " + look)
        .endsWith("issuer first is asked then")
        .anySatisfy(step -> assertThat(step).startsWith("it becomes due at "));
  }

  @Test
  void anExplanationShouldSayWhoIsAskedWhenNobodyHasAnsweredLately() {
    limited();
    first.thenFail(new Unreachable("refused"));
    world.coordinator.renew(MAIL, true, step -> {});

    assertThat(world.coordinator.explain(MAIL).orElseThrow().next(Optional.empty()))
        .endsWith("issuer first is asked then all the same: no other can be");
  }

  @Test
  void anExplanationShouldSayThatWhatAnOperatorAskedForIsTakenUpAgain() {
    world.coordinator.check(MAIL);
    first.then(
        (request, progress) -> {
          request.keys();
          request.place("https://ca.example/order/1");
          throw new IssuanceException(new Unreachable("refused"));
        });
    second.thenFail(new Unreachable("refused"));
    world.coordinator.renew(MAIL, true, step -> {});
    Instant next = world.journal.find(MAIL).notBefore().orElseThrow();

    assertThat(world.coordinator.explain(MAIL).orElseThrow().next(Optional.empty()))
        .containsExactly(
            "an earlier issuance has not come to its end, and is taken up again after "
                + next.truncatedTo(ChronoUnit.SECONDS)
                + ", because the last one failed: the CA could not be reached: refused",
            "issuer first is asked then");
    world.clock.set(next);
    assertThat(world.coordinator.explain(MAIL).orElseThrow().next(Optional.empty()).get(0))
        .endsWith("and is taken up again at that look");
    assertThat(world.coordinator.due()).containsExactly(MAIL);
  }

  @Test
  void anExplanationAfterAFailureShouldSayWhenAndWhy() {
    first.thenFail(new Rejected("unauthorized"));
    world.coordinator.check(MAIL);
    Instant next = world.journal.find(MAIL).notBefore().orElseThrow();

    assertThat(world.coordinator.explain(MAIL).orElseThrow().next(Optional.empty()))
        .containsExactly(
            "it is due, and the next attempt is made after "
                + next.truncatedTo(ChronoUnit.SECONDS)
                + ", because the last one failed: the CA refused: unauthorized",
            "issuer first is asked then");
  }

  private static HeldCertificate cutShort(IssuanceRequest request, String order)
      throws IssuanceException {
    request.keys();
    request.place(order);
    throw new IssuanceException(new Unreachable("refused"));
  }

  private int spentForTheNames() {
    return world.coordinator.explain(MAIL).orElseThrow().issuers().get(0).spent().stream()
        .filter(share -> share.limit().scope() == Scope.CERTIFICATES_PER_NAME_SET)
        .mapToInt(SpentShare::spent)
        .sum();
  }

  /** At one issuer. */
  private void twoCertificates() {
    world.inventory =
        CertificateInventory.of(
            List.of(
                SPEC.withFallbackIssuers(List.of()),
                RenewalWorld.from("first", RenewalWorld.WEB, "www.contoso.example")));
  }

  /** At one issuer, with Let's Encrypt's limits. */
  private void limited() {
    world.terms = Map.of("first", new IssuerTerms("ca.example", RateLimits.LETSENCRYPT, 4));
    world.inventory = CertificateInventory.of(List.of(SPEC.withFallbackIssuers(List.of())));
  }

  /** The same names, and due because another key is wanted. */
  private static CertificateSpec withAnotherKey() {
    return SPEC.withFallbackIssuers(List.of()).withKeys(List.of(KeyAlgorithm.EC_P384));
  }
}
