package io.hybridtls.agent.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateLimitLedgerTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final IssuerTerms TERMS = terms(RateLimits.LETSENCRYPT);

  @TempDir private Path folder;
  private RateLimitLedger ledger;

  @BeforeEach
  void open() throws IOException {
    ledger = RateLimitLedger.open(folder);
  }

  @Test
  void ordersOfOneAccountShouldWaitWhenTheyAreSpentAndSayUntilWhen() throws Exception {
    for (int n = 0; n < 300; n++) {
      assertThat(ledger.reserve(order("host.d" + n + ".example"), NOW)).isEmpty();
    }

    PlannedOrder next = order("host.new.example");
    Instant free = NOW.plus(Duration.ofHours(3)).plus(MARGIN);
    assertThat(ledger.reserve(next, NOW.plusSeconds(1)))
        .contains(new Wait(free, "300 of 300 orders within 3 hours are spent"));
    assertThat(ledger.check(next, free.minusSeconds(1))).isPresent();
    assertThat(ledger.check(next, free)).isEmpty();
    assertThat(ledger.check(other("another", "host.new.example"), NOW)).isEmpty();
  }

  @Test
  void certificatesOfOneDomainShouldBeCountedAcrossAccountsOfOneCa() throws Exception {
    for (int n = 0; n < 50; n++) {
      String issuer = n % 2 == 0 ? "letsencrypt" : "by-dns";
      ledger.reserve(other(issuer, "h" + n + ".contoso.co.uk"), NOW.plusSeconds(n));
    }

    assertThat(ledger.check(order("www.contoso.co.uk", "www.fabrikam.co.uk"), NOW.plusSeconds(60)))
        .contains(
            new Wait(
                NOW.plus(Duration.ofDays(7)).plus(MARGIN),
                "50 of 50 certificates for contoso.co.uk within 7 days are spent"));
    assertThat(ledger.check(order("www.fabrikam.co.uk"), NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void aRenewalOfTheVerySameNamesShouldBeFreeOfTheDomainsLimitAndHaveItsOwn() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    issue(mail, NOW);
    for (int n = 1; n < 50; n++) {
      issue(order("h" + n + ".contoso.example"), NOW);
    }
    assertThat(ledger.check(order("new.contoso.example"), NOW)).isPresent();

    for (int n = 1; n < 5; n++) {
      assertThat(ledger.check(mail, NOW.plusSeconds(n))).isEmpty();
      issue(mail, NOW.plusSeconds(n));
    }

    assertThat(ledger.check(mail, NOW.plusSeconds(60)).map(Wait::reason))
        .contains("5 of 5 certificates for exactly mail.contoso.example within 7 days are spent");
  }

  @Test
  void anOrderThatNamesWhatItReplacesShouldBeFreeOfAllLimits() throws Exception {
    for (int n = 0; n < 6; n++) {
      issue(order("mail.contoso.example"), NOW);
    }
    PlannedOrder replacing =
        new PlannedOrder("letsencrypt", TERMS, List.of("mail.contoso.example"), true);

    assertThat(ledger.check(order("mail.contoso.example"), NOW)).isPresent();
    assertThat(ledger.check(replacing, NOW)).isEmpty();
    assertThat(ledger.shares(replacing, NOW)).isEmpty();
  }

  @Test
  void whatDidNotBecomeACertificateShouldCountAsAnOrderAlone() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 20; n++) {
      Instant placed = NOW.plusSeconds(n);
      assertThat(ledger.reserve(mail, placed)).isEmpty();
      ledger.settle(mail, placed, false, placed);
    }

    assertThat(ledger.shares(mail, NOW.plusSeconds(30)))
        .extracting(share -> share.limit().scope(), SpentShare::spent)
        .contains(
            tuple(Scope.ORDERS, 20),
            tuple(Scope.CERTIFICATES_PER_DOMAIN, 0),
            tuple(Scope.CERTIFICATES_PER_NAME_SET, 0));
  }

  @Test
  void fiveFailedValidationsOfANameShouldBeWaitedOut() throws Exception {
    PlannedOrder both = order("mail.contoso.example", "www.contoso.example");
    for (int n = 0; n < 5; n++) {
      fail("www.contoso.example", NOW.plusSeconds(n));
    }

    assertThat(ledger.check(both, NOW.plusSeconds(9)))
        .contains(
            new Wait(
                NOW.plus(Duration.ofHours(1)).plus(MARGIN),
                "5 of 5 failed validations of www.contoso.example within 1 hour are spent"));
  }

  @Test
  void aPageThatCannotBeReadShouldBeNamedWithTheRemedy() throws Exception {
    Files.createDirectory(file());

    assertThatThrownBy(this::restarted)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("remove it");
  }

  @Test
  void onlyTheNamesThatFailedShouldBeCounted() throws Exception {
    PlannedOrder both = order("mail.contoso.example", "www.contoso.example");
    for (int n = 0; n < 5; n++) {
      ledger.validationFailed(both, List.of("www.contoso.example", "not.ordered.example"), NOW);
    }

    assertThat(ledger.check(order("mail.contoso.example"), NOW)).isEmpty();
    assertThat(restarted().check(order("mail.contoso.example"), NOW)).isEmpty();
    assertThat(ledger.check(both, NOW)).isPresent();
  }

  @Test
  void whatTheCaDemandsShouldBeKeptUntilItIsOver() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    Instant until = NOW.plus(Duration.ofHours(30));
    ledger.demanded(mail, until, NOW);

    assertThat(restarted().check(mail, until.minusSeconds(1)).map(Wait::until)).contains(until);
    assertThat(restarted().check(mail, until)).isEmpty();
    assertThat(ledger.check(order("www.contoso.example"), NOW)).isEmpty();
  }

  @Test
  void anOperatorWhoInsistsShouldBeCountedToo() throws Exception {
    for (int n = 0; n < 5; n++) {
      issue(order("mail.contoso.example"), NOW);
    }
    ledger.spend(order("mail.contoso.example"), NOW);

    SpentShare share = exactly(ledger.shares(order("mail.contoso.example"), NOW));
    assertThat(share.spent()).isEqualTo(6);
    assertThat(share.isExceededByOneMore()).isTrue();
  }

  @Test
  void fourFifthsShouldBeMostOfALimit() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 3; n++) {
      assertThat(exactly(ledger.shares(mail, NOW)).isMostlySpentByOneMore()).isFalse();
      issue(mail, NOW);
    }
    assertThat(exactly(ledger.shares(mail, NOW)).isMostlySpentByOneMore()).isTrue();
  }

  @Test
  void theLedgerShouldKnowTheSameAfterARestart() throws Exception {
    for (int n = 0; n < 3; n++) {
      issue(order("mail.contoso.example"), NOW.plusSeconds(n));
    }
    fail("www.contoso.example", NOW);

    for (PlannedOrder order :
        List.of(order("mail.contoso.example"), order("www.contoso.example"))) {
      assertThat(restarted().shares(order, NOW)).isEqualTo(ledger.shares(order, NOW));
    }
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aTornLastLineShouldBePassedOverAndNotSpoilTheNext() throws Exception {
    issue(order("mail.contoso.example"), NOW);
    String whole = Files.readString(file());
    Files.writeString(file(), whole.substring(0, whole.length() - 9));

    RateLimitLedger after = restarted();
    after.reserve(order("mail.contoso.example"), NOW.plusSeconds(1));

    assertThat(exactly(restarted().shares(order("mail.contoso.example"), NOW.plusSeconds(2))))
        .extracting(SpentShare::spent)
        .isEqualTo(2);
  }

  @Test
  void aLineOfNoSenseShouldBePassedOver() throws Exception {
    issue(order("mail.contoso.example"), NOW);
    Files.writeString(file(), "{\"kind\":\"theft\"}\n[1]\n\n", StandardOpenOption.APPEND);

    assertThat(exactly(restarted().shares(order("mail.contoso.example"), NOW)).spent())
        .isEqualTo(1);
  }

  @Test
  void aGrownFileShouldBeWrittenAnewWithoutForgettingWhatCounts() throws Exception {
    Instant start = NOW.minus(Duration.ofDays(60));
    for (int n = 0; n < 2_600; n++) {
      fail("h" + n + ".contoso.example", start.plusSeconds(n));
    }
    issue(order("mail.contoso.example"), start);
    for (int n = 0; n < 1_000; n++) {
      fail("mail.contoso.example", NOW);
    }

    assertThat(Files.readAllLines(file())).hasSizeLessThan(1_700);
    assertThat(restarted().shares(order("mail.contoso.example"), NOW))
        .isEqualTo(ledger.shares(order("mail.contoso.example"), NOW))
        .extracting(share -> share.limit().scope())
        .doesNotContain(Scope.CERTIFICATES_PER_DOMAIN); // it is still a renewal
  }

  @Test
  void aClockThatWasSetBackShouldNotMakeAWaitLongerThanTheLimit() throws Exception {
    for (int n = 0; n < 5; n++) {
      issue(order("mail.contoso.example"), NOW.plus(Duration.ofDays(10_000)));
    }

    assertThat(ledger.check(order("mail.contoso.example"), NOW).map(Wait::until))
        .contains(NOW.plus(Duration.ofDays(7)).plus(MARGIN));
  }

  @Test
  void whatWasSpentByAClockThatWasAheadShouldBeFreeAgainWhenThePeriodIsOver() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 5; n++) {
      issue(mail, NOW.plus(Duration.ofDays(10_000)));
    }
    Instant until = ledger.check(mail, NOW).map(Wait::until).orElseThrow();

    assertThat(ledger.check(mail, until.minusSeconds(1)).map(Wait::until)).contains(until);
    assertThat(ledger.check(mail, until)).isEmpty();
  }

  @Test
  void aClockThatIsBehindForAWhileShouldGiveNothingBack() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 5; n++) {
      issue(mail, NOW);
    }
    Optional<Wait> wait = ledger.check(mail, NOW);
    assertThat(ledger.check(mail, NOW.minus(Duration.ofDays(10_000)))).isPresent();

    assertThat(ledger.check(mail, NOW)).isEqualTo(wait).isPresent();
  }

  @Test
  void restartsShouldNotPutOffWhatAClockDatedThatWasAhead() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 5; n++) {
      issue(mail, NOW.plus(Duration.ofDays(10_000)));
    }
    Instant free = NOW.plus(Duration.ofDays(7)).plus(MARGIN);
    assertThat(ledger.check(mail, NOW).map(Wait::until)).contains(free);

    assertThat(restarted().check(mail, NOW.plus(Duration.ofDays(6))).map(Wait::until))
        .contains(free);
    assertThat(restarted().check(mail, free.minusSeconds(1))).isPresent();
    assertThat(restarted().check(mail, free)).isEmpty();
  }

  @Test
  void whatLiesAheadShouldBeKnownStillWhenItsPageIsWrittenAnewLater() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 5; n++) {
      issue(mail, NOW.plus(Duration.ofDays(10_000)));
    }
    assertThat(ledger.check(mail, NOW)).isPresent();
    Instant later = NOW.plus(Duration.ofDays(100));
    for (int n = 0; n < 500; n++) {
      issue(order("host.d" + n + ".example"), later);
    }

    assertThat(restarted().check(mail, later)).isEmpty();
  }

  @Test
  void aClockThatIsBehindForAWhileShouldGiveNothingBackAfterARestart() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    for (int n = 0; n < 5; n++) {
      issue(mail, NOW);
    }
    Optional<Wait> wait = ledger.check(mail, NOW);
    assertThat(ledger.check(mail, NOW.minus(Duration.ofDays(10_000)))).isPresent();

    assertThat(restarted().check(mail, NOW)).isEqualTo(wait).isPresent();
  }

  @Test
  void whatTheCaDemandedWhileTheClockWasAheadShouldNotBindOnceItIsSetBack() throws Exception {
    PlannedOrder mail = order("mail.contoso.example");
    Instant ahead = NOW.plus(Duration.ofDays(10_000));
    Instant until = ahead.plus(Duration.ofHours(1));
    ledger.demanded(mail, until, ahead);

    assertThat(ledger.check(mail, ahead).map(Wait::until)).contains(until);
    assertThat(ledger.check(mail, NOW)).isEmpty();
    assertThat(restarted().check(mail, NOW)).isEmpty();

    Instant again = NOW.plus(Duration.ofHours(2));
    ledger.demanded(mail, again, NOW);
    assertThat(ledger.check(mail, NOW).map(Wait::until)).contains(again);
    assertThat(restarted().check(mail, again.minusSeconds(1)).map(Wait::until)).contains(again);
    assertThat(restarted().check(mail, again)).isEmpty();
  }

  @Test
  void anIssuerWithoutLimitsShouldLeaveNoTrace() throws Exception {
    PlannedOrder order =
        new PlannedOrder("internal", IssuerTerms.unlimited("internal"), List.of("a.b"), false);

    assertThat(ledger.reserve(order, NOW)).isEqualTo(Optional.empty());
    ledger.settle(order, NOW, true, NOW);

    assertThat(folder).isEmptyDirectory();
  }

  private void fail(String name, Instant now) throws IOException {
    ledger.validationFailed(order(name), List.of(name), now);
  }

  private void issue(PlannedOrder order, Instant at) throws IOException {
    ledger.spend(order, at);
    ledger.settle(order, at, true, at);
  }

  private RateLimitLedger restarted() throws IOException {
    return RateLimitLedger.open(folder);
  }

  private Path file() {
    return folder.resolve("acme-v02.api.letsencrypt.org.jsonl");
  }

  private static SpentShare exactly(List<SpentShare> shares) {
    return shares.stream()
        .filter(share -> share.limit().scope() == Scope.CERTIFICATES_PER_NAME_SET)
        .findFirst()
        .orElseThrow();
  }

  private static PlannedOrder order(String... names) {
    return other("letsencrypt", names);
  }

  private static PlannedOrder other(String issuer, String... names) {
    return new PlannedOrder(issuer, TERMS, List.of(names), false);
  }

  private static IssuerTerms terms(RateLimits limits) {
    return new IssuerTerms("acme-v02.api.letsencrypt.org", limits, 4);
  }
}
