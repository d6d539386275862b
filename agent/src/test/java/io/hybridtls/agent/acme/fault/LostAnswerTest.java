package io.hybridtls.agent.acme.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.time.Duration;

/** Connections that break: before the CA has heard, or after it has done what it was asked. */
class LostAnswerTest extends FaultTest {

  @EachStepOfAnOrder
  void shouldGoOnWhereTheCaStandsAfterALostAnswer(RequestKind kind) {
    ca.on(kind, Fault.Lost.REPLY);

    expectFailure(
        new Unreachable(one(kind) + ": the connection broke before the answer came"),
        switch (kind) {
          case NEW_ACCOUNT -> Spent.NOTHING;
          case FINALIZE, CERTIFICATE -> Spent.certificates(1);
          default -> Spent.NOTHING.andOrders(1);
        },
        Duration.ofMinutes(1));
    boolean unknown = kind == RequestKind.NEW_ORDER; // nobody has told us the URL
    expectRecovery(Spent.certificates(1).andOrders(unknown ? 1 : 0));
    if (kind == RequestKind.FINALIZE) {
      assertThat(world.steps())
          .contains("going on with order " + url(RequestKind.ORDER) + "/2, which is valid");
    }
  }

  @EachStepOfAnOrder
  void shouldAskAgainWhatTheCaHasNotHeard(RequestKind kind) {
    ca.on(kind, Fault.Lost.REQUEST);

    expectFailure(
        new Unreachable(one(kind) + ": the connection broke before the answer came"),
        switch (kind) {
          case NEW_ACCOUNT, NEW_ORDER -> Spent.NOTHING;
          case CERTIFICATE -> Spent.certificates(1);
          default -> Spent.NOTHING.andOrders(1);
        },
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  /** The URL of the second order, the first having been for the certificate that is held. */
  private String one(RequestKind kind) {
    return switch (kind) {
      case NEW_ACCOUNT, NEW_ORDER -> url(kind);
      default -> url(kind) + "/2";
    };
  }
}
