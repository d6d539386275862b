package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.acme.Fault.Slow;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Orders that take their time, or do not end. */
class StuckOrderTest extends FaultTest {

  private static final Spent FINALIZED = new Spent(1, 1, 0);

  @Test
  void shouldWaitForACertificateThatTakesMinutes() {
    ca.on(RequestKind.FINALIZE, Slow.by(Duration.ofMinutes(4)));

    expectRenewal(Spent.certificates(1));
  }

  @Test
  void shouldFetchLaterWhatTakesLongerThanWeWait() {
    ca.on(RequestKind.FINALIZE, Slow.by(Duration.ofMinutes(6)));

    expectFailure(
        new Unreachable(
            "order "
                + url(RequestKind.ORDER)
                + "/2 is processing, and the time for an order is over"),
        FINALIZED,
        Duration.ofMinutes(1));
    time.advance(Duration.ofMinutes(5));
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldComeBackWhenTheCaSaysThatItWillBeReady() {
    Duration patience = Duration.ofHours(2);
    ca.on(RequestKind.FINALIZE, Slow.by(patience).asking(patience));

    expectFailure(
        new RateLimited(
            time.instant().plus(patience), "order " + url(RequestKind.ORDER) + "/2 is processing"),
        FINALIZED);
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldOrderAnotherWhenADayHasNotBroughtItToAnEnd() {
    ca.on(RequestKind.FINALIZE, Slow.forEver());
    expectAnotherOrderAfterADay();
    ca.forgetOrders();

    expectRecovery(new Spent(3, 3, 1));
  }

  @Test
  void shouldOrderAnotherWhenTheCaHasForgottenTheFirst() {
    ca.next(RequestKind.FINALIZE, Slow.forEver());
    expectFailure(
        new Unreachable(
            "order "
                + url(RequestKind.ORDER)
                + "/2 is processing, and the time for an order is over"),
        FINALIZED);
    ca.forgetOrders();

    expectRenewal(new Spent(2, 2, 1));
    assertThat(world.steps())
        .contains(
            "order "
                + url(RequestKind.ORDER)
                + "/2 at "
                + ca.directory()
                + " leads to nothing any more");
  }

  /** The order stays ready, and would be refused again and again with the same key. */
  @Test
  void shouldTakeAnotherKeyAfterACsrThatTheCaRefuses() {
    ca.next(RequestKind.FINALIZE, problem(400, "badCSR", "\"detail\":\"weak key\""));

    expectFailure(
        new Rejected("urn:ietf:params:acme:error:badCSR: weak key"),
        Spent.NOTHING.andOrders(1),
        Duration.ofHours(1));
    expectRenewal(Spent.certificates(1).andOrders(1));
  }

  @Test
  void shouldOrderWithoutNamingWhatAnotherOrderReplaces() {
    ca.next(
        RequestKind.NEW_ORDER,
        problem(409, "alreadyReplaced", "\"detail\":\"another order replaces it\""));

    expectRenewal(Spent.certificates(1));
    assertThat(ca.replacements()).containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void shouldNameWhatIsReplaced() {
    expectRenewal(Spent.certificates(1));

    assertThat(ca.replacements()).last().satisfies(last -> assertThat(last).isPresent());
  }
}
