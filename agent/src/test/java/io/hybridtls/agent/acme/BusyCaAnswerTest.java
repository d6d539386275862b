package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Paused;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a CA that asks for patience is waited for. */
@Timeout(60)
class BusyCaAnswerTest extends ScriptedCaCase {

  @Test
  void shouldWaitForTheSecondsOfABusyServer() {
    ca.on(NEW_ORDER, html(503).header("Retry-After", "120"));

    assertThat(failure())
        .isEqualTo(new RateLimited(NOW.plusSeconds(120), url(NEW_ORDER) + ": HTTP 503", true));
  }

  @Test
  void shouldWaitForTheDateOfABusyServer() {
    ca.on(NEW_ORDER, html(503).header("Retry-After", "Mon, 23 Nov 2026 13:30:00 GMT"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                Instant.parse("2026-11-23T13:30:00Z"), url(NEW_ORDER) + ": HTTP 503", true));
  }

  @Test
  void shouldTakeADateRelativeToTheServersOwnClock() {
    ca.on(
        NEW_ORDER,
        html(503)
            .header("Date", "Tue, 24 Nov 2026 12:00:00 GMT")
            .header("Retry-After", "Tue, 24 Nov 2026 12:10:00 GMT"));

    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(Duration.ofMinutes(10)));
  }

  @Test
  void shouldKeepTheWordsOfABusyServer() {
    ca.on(
        NEW_ORDER,
        problem(503, "rateLimited", "\"detail\":\"Service busy; retry later.\"")
            .header("Retry-After", "5"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(5),
                url(NEW_ORDER)
                    + ": HTTP 503, urn:ietf:params:acme:error:rateLimited: Service busy; retry"
                    + " later.",
                true));
  }

  @Test
  void shouldTakeAServerThatIsBusyFromTheStart() {
    ca.on("/dir", html(503).header("Retry-After", "60"));

    assertThat(failure()).isInstanceOf(RateLimited.class);
  }

  /** The answer to HEAD has no body, whatever its type promises. */
  @Test
  void shouldWaitForAServerThatGivesNoNonces() {
    ca.on(NEW_ORDER, problem(400, "badNonce", "\"detail\":\"x\"").header("Replay-Nonce", ""));
    ca.on("/nonce", problem(429, "rateLimited", "\"detail\":\"x\"").header("Retry-After", "3600"));

    assertThat(failure())
        .isEqualTo(new RateLimited(NOW.plusSeconds(3600), url("/nonce") + ": HTTP 429", true));
  }

  /** Gateways write problem documents, too, and leave the type out or say about:blank. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\"type\":\"about:blank\","})
  void shouldWaitForTheGatewayOfACa(String type) {
    ca.on(
        NEW_ORDER,
        problem(429, "x", "\"detail\":\"x\"")
            .withBody("{" + type + "\"title\":\"Too Many Requests\"}")
            .header("Retry-After", "3600"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(3600),
                url(NEW_ORDER) + ": HTTP 429, about:blank: Too Many Requests",
                true));
  }

  /** What stands before the CA knows nothing of orders: the CA has not refused any. */
  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 500})
  void shouldTakeNoRefusalOfAGatewayForTheCas(int status) {
    ca.on(
        NEW_ORDER,
        problem(status, "x", "\"detail\":\"x\"")
            .withBody("{\"type\":\"https://gateway.example/denied\",\"title\":\"Denied\"}"));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                url(NEW_ORDER) + ": HTTP " + status + ", https://gateway.example/denied: Denied"));
  }

  @Test
  void shouldWaitAsLongAsARateLimitSays() {
    ca.on(
        NEW_ORDER,
        problem(429, "rateLimited", "\"detail\":\"too many certificates (5) already issued\"")
            .header("Retry-After", "86400"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plus(Duration.ofDays(1)),
                "urn:ietf:params:acme:error:rateLimited: too many certificates (5) already"
                    + " issued"));
  }

  @Test
  void shouldWaitWithEveryOrderForALimitOfAccounts() {
    ca.on(
        "/account",
        problem(429, "rateLimited", "\"detail\":\"too many registrations\"")
            .header("Retry-After", "3600"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(3600),
                "urn:ietf:params:acme:error:rateLimited: too many registrations",
                true));
  }

  @Test
  void shouldWaitAnHourWhenARateLimitDoesNotSayHowLong() {
    ca.on(NEW_ORDER, html(429));
    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(AcmeFailures.UNSTATED_WAIT));

    ca.on(NEW_ORDER, problem(429, "rateLimited", "\"detail\":\"slow down\""));
    assertThat(failure()).extracting("until").isEqualTo(NOW.plus(AcmeFailures.UNSTATED_WAIT));
  }

  @Test
  void shouldTellWhereAPauseIsEnded() {
    ca.on(
        NEW_ORDER,
        problem(
            429,
            "rateLimited",
            "\"detail\":\"Your account is temporarily prevented from requesting certificates for"
                + " mail.contoso.example. Please visit:"
                + " https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d.\""));

    IssuanceFailure failure = failure();
    assertThat(failure)
        .isInstanceOf(Paused.class)
        .extracting("unpause")
        .isEqualTo(URI.create("https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d"));
    assertThat(failure.describe())
        .startsWith(
            "the CA has paused these names; mend why their validation failed, then visit"
                + " https://portal.ca.example/sfe/v1/unpause?jwt=a.b-c_d and renew with --force: ");
    assertThat(failure.anotherCaMayMend()).isTrue();
  }

  @Test
  void shouldWaitForARateLimitAmongTheSubproblems() {
    ca.on(
        NEW_ORDER,
        problem(
            403,
            "compound",
            """
            "detail":"two problems","subproblems":[
             {"type":"urn:ietf:params:acme:error:rateLimited",
              "detail":"too many failed authorizations, retry after 2026-11-23 13:07:00 UTC: see x",
              "identifier":{"type":"dns","value":"mail.contoso.example"}},
             {"type":"urn:ietf:params:acme:error:caa","detail":"no",
              "identifier":{"type":"dns","value":"smtp.contoso.example"}}]
            """));

    IssuanceFailure failure = failure();
    assertThat(failure)
        .isInstanceOf(RateLimited.class)
        .extracting("until")
        .isEqualTo(Instant.parse("2026-11-23T13:07:00Z"));
    assertThat(failure.describe()).contains("mail.contoso.example: ", "smtp.contoso.example: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "Mon, 23 Nov 2026 11:59:00 GMT"})
  void aRetryAfterThatIsOverShouldNotBeWaitedFor(String over) {
    ca.on(NEW_ORDER, problem(429, "rateLimited", "\"detail\":\"x\"").header("Retry-After", over));

    assertThat(failure())
        .isInstanceOf(RateLimited.class)
        .extracting("until")
        .asString()
        .isLessThanOrEqualTo(NOW.toString());
  }
}
