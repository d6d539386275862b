package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.RenewalDecision.Due;
import io.hybridtls.agent.inventory.RenewalDecision.Emergency;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalPolicyTest {

  private static final TestCa CA = TestCa.named("Renewal");
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final Instant END = START.plus(LIFETIME);
  private static final Instant EMERGENCY = END.minus(Duration.ofDays(9));
  private static final Generation HELD = held(LIFETIME, "a.example", "b.example");

  private final RenewalPolicy policy = new RenewalPolicy();

  @Test
  void nothingHeldShouldBeDue() {
    assertThat(
            policy.decide(
                spec("a.example"), Optional.empty(), Optional.empty(), RenewalHours.ALWAYS, START))
        .isEqualTo(new Due("no certificate is held yet"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.example c.example b.example | it lacks c.example",
        "a.example | it carries b.example beyond them",
        "a.example c.example d.example"
            + " | it lacks c.example, d.example, and carries b.example beyond them",
      })
  void otherNamesShouldBeDue(String names, String difference) {
    assertThat(decide(spec(names.split(" ")), START))
        .isEqualTo(new Due("its names are not those configured: " + difference));
  }

  @Test
  void theOrderOfNamesShouldNotMatter() {
    assertThat(decide(spec("b.example", "a.example"), START).isDue()).isFalse();
  }

  @Test
  void anotherKeyShouldBeDue() {
    assertThat(decide(spec(KeyAlgorithm.EC_P384, "ca", "a.example", "b.example"), START))
        .isEqualTo(new Due("its key is EC with 256 bits, and ec-p384 is configured"));
    assertThat(decide(spec(KeyAlgorithm.RSA_2048, "ca", "a.example", "b.example"), START))
        .isEqualTo(new Due("its key is EC with 256 bits, and rsa-2048 is configured"));
  }

  @Test
  void anRsaKeyOfTheConfiguredSizeShouldBeKept() {
    Generation rsa = generation(CA.leaf("a.example").rsa().validity(START, END));

    assertThat(decide(spec(KeyAlgorithm.RSA_2048, "ca", "a.example"), rsa, START).isDue())
        .isFalse();
    assertThat(decide(spec(KeyAlgorithm.RSA_3072, "ca", "a.example"), rsa, START))
        .isEqualTo(new Due("its key is RSA with 2048 bits, and rsa-3072 is configured"));
  }

  @Test
  void anotherIssuerShouldBeDue() {
    assertThat(decide(spec(KeyAlgorithm.EC_P256, "other", "a.example", "b.example"), START))
        .isEqualTo(new Due("it comes from issuer ca, and other is configured"));
  }

  @Test
  void twoThirdsOfTheLifetimeShouldBeDueWithinTheJitter() {
    Instant twoThirds = START.plus(Duration.ofDays(60));
    Instant renewAt = plannedFor(HELD);

    assertThat(renewAt)
        .isBetween(twoThirds.minus(LIFETIME.dividedBy(10)), twoThirds)
        .isEqualTo(plannedFor(HELD));
    assertThat(decide(matching(), renewAt.minusSeconds(1)).isDue()).isFalse();
    assertThat(decide(matching(), renewAt)).isInstanceOf(Due.class);
    assertThat(decide(matching(), renewAt).reason())
        .isEqualTo(
            "two thirds of its lifetime is over: it was to be renewed from "
                + renewAt
                + " and expires at "
                + END);
  }

  @Test
  void halfOfAShortLifetimeShouldBeDue() {
    Duration week = Duration.ofHours(160);
    Generation shortLived = held(week, "a.example", "b.example");
    Instant half = START.plus(Duration.ofHours(80));

    assertThat(plannedFor(shortLived)).isBetween(half.minus(week.dividedBy(10)), half);
  }

  @Test
  void tenDaysShouldNotBeAShortLifetime() {
    Instant twoThirds = START.plus(Duration.ofDays(10).multipliedBy(2).dividedBy(3));
    Duration jitter = Duration.ofDays(10).dividedBy(10);

    assertThat(plannedFor(held(Duration.ofDays(10), "a.example", "b.example")))
        .isBetween(twoThirds.minus(jitter), twoThirds);
  }

  @Test
  void certificatesIssuedTogetherShouldNotBeRenewedTogether() {
    List<Generation> together = List.of(HELD, held(LIFETIME, "a.example", "b.example"));

    assertThat(together).extracting(RenewalPolicyTest::plannedFor).doesNotHaveDuplicates();
  }

  @Test
  void lessThanATenthOfTheLifetimeShouldBeAnEmergency() {
    assertThat(decide(matching(), EMERGENCY)).isInstanceOf(Due.class);
    assertThat(decide(matching(), EMERGENCY.plusSeconds(1)))
        .isEqualTo(
            new Emergency("less than a tenth of its lifetime is left: it expires at " + END));
  }

  @Test
  void expiryShouldBeAnEmergency() {
    assertThat(decide(matching(), END).reason()).startsWith("less than a tenth");
    assertThat(decide(matching(), END.plusSeconds(1)))
        .isEqualTo(new Emergency("it expired at " + END));
  }

  @Test
  void theSuggestedWindowShouldDecideAtItsChosenInstant() {
    Instant from = START.plus(Duration.ofDays(20));
    Instant to = from.plus(Duration.ofDays(2));
    Instant chosen = from.plus(Duration.ofDays(1));
    SuggestedWindow window = new SuggestedWindow(from, to, chosen);
    String suggestion = "the CA suggests " + from + " to " + to;

    assertThat(decide(window, from.minusSeconds(1))).isEqualTo(new NotDue(chosen, suggestion));
    assertThat(decide(window, from)).isEqualTo(new NotDue(chosen, suggestion));
    assertThat(decide(window, chosen.minusSeconds(1))).isEqualTo(new NotDue(chosen, suggestion));
    assertThat(decide(window, chosen))
        .isEqualTo(new Due(suggestion + ", and " + chosen + " was chosen"));
    assertThat(decide(window, to.minusSeconds(1)).isDue()).isTrue();
    assertThat(decide(window, to)).isEqualTo(new Due(suggestion + ", which is over"));
  }

  @Test
  void aChoiceAtEitherEndOfTheWindowShouldBeKept() {
    Instant from = START.plus(Duration.ofDays(20));
    Instant to = from.plus(Duration.ofDays(2));
    SuggestedWindow first = new SuggestedWindow(from, to, from);
    SuggestedWindow last = new SuggestedWindow(from, to, to.minusSeconds(1));

    assertThat(decide(first, from.minusSeconds(1)).isDue()).isFalse();
    assertThat(decide(first, from).isDue()).isTrue();
    assertThat(decide(last, to.minusSeconds(2)).isDue()).isFalse();
    assertThat(decide(last, to.minusSeconds(1)).isDue()).isTrue();
  }

  @Test
  void aWindowThatHasEndedBeforeTheCertificateBeganShouldBeDue() {
    SuggestedWindow past = new SuggestedWindow(START.minusSeconds(9), START, START.minusSeconds(9));

    assertThat(decide(past, START).isDue()).isTrue();
  }

  @Test
  void aWindowBeyondTwoThirdsShouldBeWaitedFor() {
    Instant from = START.plus(Duration.ofDays(70));
    SuggestedWindow late = new SuggestedWindow(from, from.plusSeconds(60), from);

    assertThat(decide(late, START.plus(Duration.ofDays(65))).isDue()).isFalse();
  }

  @Test
  void aWindowBelowTheLastTenthShouldNotBeWaitedFor() {
    Instant from = END.minus(Duration.ofDays(1));
    SuggestedWindow late = new SuggestedWindow(from, END, from);

    assertThat(decide(late, EMERGENCY.minusSeconds(1)))
        .isInstanceOfSatisfying(
            NotDue.class, decision -> assertThat(decision.renewAt()).isEqualTo(EMERGENCY));
    assertThat(decide(late, EMERGENCY.plusSeconds(1)).isEmergency()).isTrue();
  }

  private RenewalDecision decide(CertificateSpec spec, Instant now) {
    return decide(spec, HELD, now);
  }

  private RenewalDecision decide(CertificateSpec spec, Generation held, Instant now) {
    return policy.decide(spec, Optional.of(held), Optional.empty(), RenewalHours.ALWAYS, now);
  }

  private RenewalDecision decide(SuggestedWindow window, Instant now) {
    return policy.decide(
        matching(), Optional.of(HELD), Optional.of(window), RenewalHours.ALWAYS, now);
  }

  private static Instant plannedFor(Generation held) {
    RenewalDecision decision =
        new RenewalPolicy()
            .decide(matching(), Optional.of(held), Optional.empty(), RenewalHours.ALWAYS, START);
    return ((NotDue) decision).renewAt();
  }

  private static CertificateSpec matching() {
    return spec("a.example", "b.example");
  }

  private static CertificateSpec spec(String... names) {
    return spec(KeyAlgorithm.EC_P256, "ca", names);
  }

  private static CertificateSpec spec(KeyAlgorithm key, String issuer, String... names) {
    return new CertificateSpec(
        CertificateId.of("mail"),
        Arrays.stream(names).map(DnsName::of).toList(),
        issuer,
        key,
        Set.of(CertificateRole.SERVER));
  }

  private static Generation held(Duration lifetime, String... names) {
    return generation(CA.leaf(names).validity(START, START.plus(lifetime)));
  }

  private static Generation generation(TestCa.Leaf leaf) {
    return new Generation(CertificateId.of("mail"), 1, START, "ca", "first", leaf.issue());
  }
}
