package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that are not ACME, and directories that change. */
class BrokenDirectoryTest extends FaultTest {

  private static final String HUGE = "x".repeat((1 << 20) + 1);

  @Test
  void shouldFollowADirectoryThatNamesOtherUrls() {
    ca.move("/v2");

    expectRenewal(Spent.certificates(1));
  }

  @Test
  void shouldGoOnWithAnOrderFromBeforeTheDirectoryChanged() {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    expectFailure(
        new Unreachable(
            url(RequestKind.FINALIZE) + "/2: the connection broke before the answer came"),
        Spent.certificates(1));
    ca.move("/v2");

    expectRenewal(Spent.certificates(1));
  }

  @Test
  void shouldReadADirectoryThatHasMoved() {
    ca.next(RequestKind.DIRECTORY, html(301).header("Location", "$/v2/dir"));

    expectRenewal(Spent.certificates(1));
  }

  /** What was heard before is no reason to order in words that the CA does not know any more. */
  @Test
  void shouldNotNameWhatIsReplacedToACaThatGivesNoRenewalInformationAnyMore() {
    ca.on(RequestKind.DIRECTORY, without("renewalInfo"));

    expectRenewal(Spent.certificates(1));
    assertThat(ca.replacements()).last().isEqualTo(Optional.empty());
  }

  @Test
  void shouldNotSignForAnotherPlaceThanTheOneThatItAsks() {
    ca.on(RequestKind.NEW_ORDER, html(307).header("Location", "$/elsewhere"));

    expectFailure(
        new Unreachable(
            url(RequestKind.NEW_ORDER)
                + ": it redirects to "
                + ca.directory().resolve("/elsewhere")
                + ", where a signed request is not valid"),
        Spent.NOTHING,
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldSoonAskADirectoryAgainThatIsAnotherPageForAWhile() {
    ca.on(RequestKind.DIRECTORY, html(200));

    expectFailure(
        new Unreachable(ca.directory() + ": Unexpected content type: text/html"),
        Spent.NOTHING,
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  /** It has an account there, and so it has been one. */
  @Test
  void shouldSoonAskADirectoryAgainThatIsAnotherPageWhenTheAgentStarts() throws Exception {
    world = FaultWorld.start(state, ca, time, SPEC);
    ca.on(RequestKind.DIRECTORY, html(404));

    expectFailure(
        new Unreachable(ca.directory() + ": HTTP 404"), Spent.NOTHING, Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"NEW_ORDER", "AUTHORIZATION", "ORDER"})
  void shouldAskAgainAfterGarbage(RequestKind kind) {
    ca.on(kind, garbled("{\"status\": "));

    IssuanceFailure failure = failureOf();
    assertThat(failure).isInstanceOf(Unreachable.class);
    assertThat(failure.describe()).contains(ca.directory().toString(), "JSON");
    expectFailure(failure, Spent.NOTHING.andOrders(1));
    expectRecovery(Spent.certificates(1).andOrders(kind == RequestKind.NEW_ORDER ? 1 : 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"NEW_ORDER", "AUTHORIZATION", "ORDER", "CERTIFICATE"})
  void shouldRefuseAnAnswerWithoutEnd(RequestKind kind) {
    ca.on(kind, garbled(HUGE));

    String one = kind == RequestKind.NEW_ORDER ? url(kind) : url(kind) + "/2";
    expectFailure(
        new Unreachable(one + ": the answer is larger than 1048576 bytes"),
        kind == RequestKind.CERTIFICATE ? Spent.certificates(1) : Spent.NOTHING.andOrders(1),
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1).andOrders(kind == RequestKind.NEW_ORDER ? 1 : 0));
  }

  @Test
  void shouldRefuseADirectoryWithoutEnd() {
    ca.on(RequestKind.DIRECTORY, json(200, HUGE));

    expectFailure(
        new Unreachable(ca.directory() + ": the answer is larger than 1048576 bytes"),
        Spent.NOTHING,
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  private IssuanceFailure failureOf() {
    assertThat(world.look().exitCode()).isEqualTo(5);
    time.set(nextAttempt());
    return world.failure();
  }

  /** A directory that lacks {@code member}, which is not its last. */
  private static Fault without(String member) {
    return new Fault.Changed(
        (Reply reply) ->
            reply.withBody(
                reply.body().replaceFirst("\"" + member + "\" *: *\"[^\"]*\" *, *", "")));
  }

  private static Fault garbled(String body) {
    return new Fault.Changed((Reply reply) -> reply.withBody(body));
  }
}
