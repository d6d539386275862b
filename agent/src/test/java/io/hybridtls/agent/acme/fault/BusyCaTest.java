package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Paused;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** CAs that have no time for us, and say so or not. */
class BusyCaTest extends FaultTest {

  private static final Duration PATIENCE = Duration.ofHours(7);
  private static final Spent ONE_ORDER = Spent.NOTHING.andOrders(1);

  static Stream<Arguments> busy() {
    return Stream.of(
            RequestKind.DIRECTORY,
            RequestKind.NEW_NONCE,
            RequestKind.NEW_ACCOUNT,
            RequestKind.NEW_ORDER,
            RequestKind.FINALIZE)
        .flatMap(
            kind ->
                Stream.of(429, 503)
                    .flatMap(
                        status ->
                            Stream.of(true, false)
                                .map(seconds -> Arguments.of(kind, status, seconds))));
  }

  @ParameterizedTest(name = "{0}: {1}, Retry-After in seconds: {2}")
  @MethodSource("busy")
  void shouldComeBackWhenTheCaSaysSo(RequestKind kind, int status, boolean seconds) {
    Instant until = time.instant().plus(PATIENCE);
    String when = seconds ? Long.toString(PATIENCE.toSeconds()) : FaultCa.httpDate(until);
    ca.on(RequestKind.DIRECTORY, new Fault.Changed(reply -> reply.without("Replay-Nonce")));
    ca.on(kind, html(status).header("Retry-After", when));

    boolean late = kind == RequestKind.FINALIZE;
    String url =
        late
            ? url(kind) + "/2"
            : kind == RequestKind.DIRECTORY ? ca.directory().toString() : url(kind);
    expectFailure(
        new RateLimited(until, url + ": HTTP " + status, true), late ? ONE_ORDER : Spent.NOTHING);
    assertThat(time.instant()).isBetween(until, until.plus(Duration.ofDays(1)));
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldWaitForARateLimitInTheWordsOfTheCa() {
    Instant until = time.instant().plus(PATIENCE);
    ca.on(
        RequestKind.NEW_ORDER,
        problem(429, "rateLimited", "\"detail\":\"too many certificates (5) already issued\"")
            .header("Retry-After", Long.toString(PATIENCE.toSeconds())));

    expectFailure(
        new RateLimited(
            until,
            "urn:ietf:params:acme:error:rateLimited: too many certificates (5) already issued"),
        Spent.NOTHING);
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldSendTheOperatorToThePageThatEndsAPause() {
    String page = "https://portal.ca.example/sfe/v1/unpause?jwt=abc";
    ca.on(
        RequestKind.NEW_ORDER,
        problem(
            429,
            "rateLimited",
            "\"detail\":\"mail.contoso.example is paused; visit " + page + "\""));

    expectFailure(
        new Paused(
            URI.create(page),
            "urn:ietf:params:acme:error:rateLimited: mail.contoso.example is paused; visit "
                + page),
        Spent.NOTHING,
        Duration.ofDays(1));
    expectRecovery(Spent.certificates(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"NEW_ACCOUNT", "NEW_ORDER", "FINALIZE"})
  void shouldGiveUpOnNoncesThatAreNeverGood(RequestKind kind) {
    Reply refusal = problem(400, "badNonce", "\"detail\":\"stale\"");
    ca.on(kind, refusal);
    int asked = Collections.frequency(ca.requests(), kind);

    expectFailure(
        new Unreachable(ca.directory() + ": urn:ietf:params:acme:error:badNonce: stale"),
        kind == RequestKind.FINALIZE ? ONE_ORDER : Spent.NOTHING,
        Duration.ofMinutes(1));
    assertThat(Collections.frequency(ca.requests(), kind)).isEqualTo(asked + 10);
    expectRecovery(Spent.certificates(1));
  }

  @EachStepOfAnOrder
  void shouldSoonAskAgainACaThatIsIll(RequestKind kind) {
    ca.on(kind, problem(500, "serverInternal", "\"detail\":\"oops\""));

    expectFailure(
        new Unreachable(ca.directory() + ": urn:ietf:params:acme:error:serverInternal: oops"),
        switch (kind) {
          case NEW_ACCOUNT, NEW_ORDER -> Spent.NOTHING;
          case CERTIFICATE -> Spent.certificates(1);
          default -> ONE_ORDER;
        },
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  /** It lets the next login make the account again, and the order is taken up under that. */
  @Test
  void shouldSoonAskAgainACaThatHasLostTheAccount() {
    ca.next(RequestKind.FINALIZE, problem(400, "accountDoesNotExist", "\"detail\":\"no account\""));

    expectFailure(
        new Unreachable(
            ca.directory() + ": urn:ietf:params:acme:error:accountDoesNotExist: no account"),
        ONE_ORDER,
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  /** A CA that is busy has not forgotten what it was asked for. */
  @ParameterizedTest
  @MethodSource("passing")
  void shouldKeepTheOrderWhenTheCaIsTooBusyToShowIt(Reply busy) {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.look().exitCode()).isEqualTo(5);
    time.set(nextAttempt());
    ca.on(RequestKind.ORDER, busy);
    assertThat(world.look().exitCode()).isEqualTo(5);
    time.set(nextAttempt());

    expectRecovery(Spent.certificates(1));
  }

  static Stream<Reply> passing() {
    return Stream.of(
        html(503).header("Retry-After", "60"),
        html(502),
        html(404),
        problem(429, "rateLimited", "\"detail\":\"too many requests\""),
        problem(500, "serverInternal", "\"detail\":\"oops\""),
        problem(400, "badNonce", "\"detail\":\"stale\""));
  }
}
