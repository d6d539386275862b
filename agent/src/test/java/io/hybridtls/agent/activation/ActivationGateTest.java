package io.hybridtls.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActivationGateTest {

  private static final TestCa CA = TestCa.named("Contoso");
  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final Instant NOW =
      CA.root().getNotBefore().toInstant().plus(Duration.ofDays(1_000));

  private final ActivationGate gate = new ActivationGate();

  @Test
  void shouldOpenForWhatWasAskedFor() {
    assertThat(check(leaf("mail.contoso.example").issue())).isEqualTo(new Verdict.Open(List.of()));
  }

  @Test
  void shouldAllowTheClockOfTheCaToBeALittleAhead() {
    Duration skew = Duration.ofMinutes(5);

    assertThat(checkValid(NOW.plus(skew), NOW.plus(Duration.ofDays(90))))
        .isInstanceOf(Verdict.Open.class);
    assertThat(reason(checkValid(NOW.plus(skew).plusSeconds(1), NOW.plus(Duration.ofDays(90)))))
        .contains("is valid from")
        .contains("check the clock");
  }

  @Test
  void shouldCloseAtTheEndOfTheLifetime() {
    Instant start = NOW.minus(Duration.ofDays(90));

    assertThat(checkValid(start, NOW.plusSeconds(1))).isInstanceOf(Verdict.Open.class);
    assertThat(reason(checkValid(start, NOW))).contains("expired at " + NOW);
  }

  @Test
  void shouldCloseForAnIssuerThatExpired() {
    Instant later = CA.issuing().getNotAfter().toInstant();
    HeldCertificate outlives =
        CA.leaf("mail.contoso.example").validity(NOW, later.plusSeconds(60)).issue();

    Verdict verdict = gate.check(spec(), generation(outlives), Optional.empty(), later);

    assertThat(reason(verdict)).contains("Contoso Issuing").contains("expired");
  }

  @Test
  void shouldCloseWhenANameIsNotCovered() {
    assertThat(reason(check(leaf("smtp.contoso.example").issue())))
        .isEqualTo("it does not cover [mail.contoso.example], only [smtp.contoso.example]");
  }

  @Test
  void shouldLetAWildcardStandForOneLabel() {
    assertThat(check(leaf("*.contoso.example").issue())).isInstanceOf(Verdict.Open.class);
    assertThat(check(leaf("*.example").issue())).isInstanceOf(Verdict.Closed.class);
  }

  @Test
  void shouldCloseForAServerThatMayNotBeOne() {
    assertThat(reason(check(leaf("mail.contoso.example").roles(CertificateRole.CLIENT).issue())))
        .contains("serverAuth");
  }

  @Test
  void shouldWarnOfAClientThatMayNotBeOne() {
    assertThat(warnings(check(leaf("mail.contoso.example").roles(CertificateRole.SERVER).issue())))
        .singleElement()
        .asString()
        .contains("clientAuth");
  }

  @Test
  void shouldNotAskForTheKeyPurposeOfARoleThatIsNotConfigured() {
    CertificateSpec client = spec(CertificateRole.CLIENT);
    HeldCertificate held = leaf("mail.contoso.example").roles(CertificateRole.CLIENT).issue();

    assertThat(gate.check(client, generation(held), Optional.empty(), NOW))
        .isEqualTo(new Verdict.Open(List.of()));
  }

  @Test
  void shouldWarnOfALeafWithoutItsIssuer() throws Exception {
    assertThat(warnings(check(alone()))).singleElement().asString().contains("Contoso Issuing");
  }

  @Test
  void shouldCloseWhenTheIssuerOfTheLiveOneIsLost() throws Exception {
    Generation live = generation(leaf("mail.contoso.example").issue());

    assertThat(reason(gate.check(spec(), generation(alone()), Optional.of(live), NOW)))
        .contains("without the certificate of its issuer");
  }

  @Test
  void shouldWarnWhenItEndsWellBeforeTheLiveOne() {
    HeldCertificate shorter = leafUntil(Duration.ofDays(50));

    assertThat(warnings(check(shorter, leafUntil(Duration.ofDays(56)))))
        .singleElement()
        .asString()
        .contains("before the one that it replaces");
    assertThat(warnings(check(shorter, leafUntil(Duration.ofDays(54))))).isEmpty();
  }

  @Test
  void shouldCheckEveryCertificateAndSayWhichOneIsWrong() {
    Verdict verdict =
        gate.check(
            spec(),
            generation(
                leaf("mail.contoso.example").rsa().issue(), leaf("smtp.contoso.example").issue()),
            Optional.empty(),
            NOW);

    assertThat(reason(verdict))
        .startsWith("its ec-p256 certificate: it does not cover [mail.contoso.example]");
  }

  @Test
  void shouldSayWhichCertificateAWarningIsAbout() {
    Verdict verdict =
        gate.check(
            spec(),
            generation(
                leaf("mail.contoso.example").rsa().roles(CertificateRole.SERVER).issue(),
                leaf("mail.contoso.example").issue()),
            Optional.empty(),
            NOW);

    assertThat(warnings(verdict))
        .singleElement()
        .asString()
        .startsWith("its rsa-2048 certificate: its key purposes do not include clientAuth");
  }

  @Test
  void shouldCompareWithTheLiveCertificateOfTheSameKey() {
    Generation live = generation(rsaUntil(Duration.ofDays(100)), leafUntil(Duration.ofDays(50)));
    Generation next = generation(rsaUntil(Duration.ofDays(100)), leafUntil(Duration.ofDays(50)));
    Generation shorter = generation(rsaUntil(Duration.ofDays(50)), leafUntil(Duration.ofDays(50)));

    assertThat(warnings(gate.check(spec(), next, Optional.of(live), NOW))).isEmpty();
    assertThat(warnings(gate.check(spec(), shorter, Optional.of(live), NOW)))
        .singleElement()
        .asString()
        .startsWith("its rsa-2048 certificate: it ends at");
  }

  @Test
  void shouldTellTheProblemsOfEveryActiveCertificate() {
    Instant later = NOW.plus(Duration.ofDays(60));
    Generation active = generation(leafUntil(Duration.ofDays(90)), rsaUntil(Duration.ofDays(50)));

    assertThat(gate.problemsOfActive(spec(), active, later))
        .singleElement()
        .asString()
        .startsWith("its rsa-2048 certificate: ")
        .contains("expired at");
  }

  private Verdict check(HeldCertificate held) {
    return gate.check(spec(), generation(held), Optional.empty(), NOW);
  }

  private Verdict check(HeldCertificate held, HeldCertificate live) {
    return gate.check(spec(), generation(held), Optional.of(generation(live)), NOW);
  }

  private Verdict checkValid(Instant from, Instant to) {
    return check(CA.leaf("mail.contoso.example").validity(from, to).issue());
  }

  private static HeldCertificate leafUntil(Duration end) {
    return CA.leaf("mail.contoso.example").validity(NOW, NOW.plus(end)).issue();
  }

  private static HeldCertificate rsaUntil(Duration end) {
    return CA.leaf("mail.contoso.example").rsa().validity(NOW, NOW.plus(end)).issue();
  }

  private static TestCa.Leaf leaf(String name) {
    return CA.leaf(name).validity(NOW, NOW.plus(Duration.ofDays(90)));
  }

  private static HeldCertificate alone() throws Exception {
    HeldCertificate whole = leaf("mail.contoso.example").issue();
    return HeldCertificate.of(whole.key(), whole.chain().subList(0, 1));
  }

  private static Generation generation(HeldCertificate... held) {
    return new Generation(MAIL, 1, NOW, "internal", "test", List.of(held));
  }

  private static CertificateSpec spec(CertificateRole... roles) {
    return new CertificateSpec(
        MAIL,
        List.of(DnsName.of("mail.contoso.example")),
        "internal",
        KeyAlgorithm.EC_P256,
        roles.length == 0 ? Set.of(CertificateRole.values()) : Set.of(roles));
  }

  private static String reason(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Closed.class);
    return ((Verdict.Closed) verdict).reason();
  }

  private static List<String> warnings(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Open.class);
    return ((Verdict.Open) verdict).warnings();
  }
}
