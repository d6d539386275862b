package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.ratelimit.SpentShare;
import io.hybridtls.agent.ratelimit.Wait;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What each end of an order leaves in the ledger of the CA that it was placed with. */
class CountedOrdersTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String MAIL = "mail.contoso.example";
  private static final String WEB = "www.contoso.example";
  private static final PlannedOrder ORDER =
      new PlannedOrder(
          "letsencrypt",
          new IssuerTerms("ca.example", RateLimits.LETSENCRYPT, 4),
          List.of(MAIL, WEB),
          false);

  private final RateLimitLedger ledger = RateLimitLedger.inMemory();
  private final CountedOrders orders = new CountedOrders(ledger, () -> NOW);

  @Test
  void whatWasNotSentShouldSpendNothing() {
    failUnsent(new AtRehearsal("at staging", new RateLimited(NOW.plus(Duration.ofDays(1)), "x")));
    failUnsent(new AtRehearsal("at staging", new Rejected("no", List.of(MAIL))));
    failUnsent(new Unreachable("https://ca.example/directory: HTTP 502"));

    assertThat(ledger.shares(ORDER, NOW)).extracting(SpentShare::spent).containsOnly(0);
    assertThat(ledger.check(ORDER, NOW)).isEmpty();
  }

  @Test
  void whatWasSentInVainShouldCountAsAnOrderAlone() {
    fail(new Unreachable("https://ca.example/order: HTTP 502"));

    assertThat(ledger.shares(ORDER, NOW))
        .filteredOn(share -> share.spent() > 0)
        .extracting(share -> share.limit().scope())
        .containsExactly(Scope.ORDERS);
  }

  @Test
  void onlyTheNamesThatTheCaFoundWantingShouldBeCountedAsFailed() {
    fail(new Rejected("malformed"));
    fail(new Unproved("no answer from 192.0.2.53"));
    fail(new Rejected("connection refused", List.of(MAIL)));
    fail(new NotOffered("CAA forbids", List.of(MAIL)));

    assertThat(failedValidations()).containsExactly(tuple(MAIL, 2), tuple(WEB, 0));
  }

  @Test
  void anOrderThatCameToNothingShouldCountAsAnOrderAlone() {
    fail(new Rejected("malformed"));

    assertThat(spent(Scope.ORDERS)).isEqualTo(1);
    assertThat(spent(Scope.CERTIFICATES_PER_DOMAIN)).isZero();
    assertThat(spent(Scope.CERTIFICATES_PER_NAME_SET)).isZero();
  }

  @Test
  void anOrderThatMayYetBeIssuedShouldCountAsACertificate() {
    fail(new Unreachable("reset"), true);

    assertThat(spent(Scope.CERTIFICATES_PER_DOMAIN)).isEqualTo(1);
    assertThat(spent(Scope.CERTIFICATES_PER_NAME_SET)).isEqualTo(1);
  }

  @Test
  void whatTheCaAsksForShouldBindTheNextOrder() {
    Instant until = NOW.plus(Duration.ofHours(7));
    fail(new RateLimited(until, "too many"));

    assertThat(ledger.check(ORDER, NOW)).map(Wait::until).contains(until);
  }

  @Test
  void aNameThatFailsWhenAnOrderIsTakenUpAgainShouldBeCountedToo() {
    assertThatThrownBy(
            () ->
                orders.settled(
                    ORDER,
                    Optional::empty,
                    () -> true,
                    () -> {
                      throw new IssuanceException(new Rejected("refused", List.of(WEB)));
                    }))
        .isInstanceOf(IssuanceException.class);

    assertThat(failedValidations()).containsExactly(tuple(MAIL, 0), tuple(WEB, 1));
  }

  private List<Tuple> failedValidations() {
    return ledger.shares(ORDER, NOW).stream()
        .filter(share -> share.limit().scope() == Scope.FAILED_VALIDATIONS)
        .map(share -> tuple(share.subject(), share.spent()))
        .toList();
  }

  private int spent(Scope scope) {
    return ledger.shares(ORDER, NOW).stream()
        .filter(share -> share.limit().scope() == scope)
        .mapToInt(SpentShare::spent)
        .sum();
  }

  private void fail(IssuanceFailure failure) {
    fail(failure, false);
  }

  /**
   * @param pending whether the order stands all the same
   */
  private void fail(IssuanceFailure failure, boolean pending) {
    assertThatThrownBy(() -> fail(failure, Optional.of(orders.reserve(ORDER, false)), pending))
        .hasMessage(failure.describe());
  }

  private void failUnsent(IssuanceFailure failure) {
    assertThatThrownBy(() -> fail(failure, Optional.empty(), false)).hasMessage(failure.describe());
  }

  private void fail(IssuanceFailure failure, Optional<Instant> written, boolean pending)
      throws IssuanceException {
    orders.settled(
        ORDER,
        () -> written,
        () -> pending,
        () -> {
          throw new IssuanceException(failure);
        });
  }
}
