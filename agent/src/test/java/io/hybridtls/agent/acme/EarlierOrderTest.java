package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an order that an earlier attempt has placed. */
@Timeout(60)
class EarlierOrderTest extends ScriptedCaCase {

  @Test
  void anOrderStuckInProcessingShouldBeTakenUpAgain() {
    order("processing");
    ca.on("/order/1", json(200, orderWith("processing")));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                "order " + url("/order/1") + " is processing, and the time for an order is over"));
    assertThat(request.placed()).contains(noted());

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
    assertThat(steps).contains("going on with order " + url("/order/1") + ", which is processing");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aCaThatIsIllShouldNotHaveForgottenTheOrder(int status) {
    request.place(noted());
    ca.on(
        "/order/1",
        problem(status, status == 500 ? "serverInternal" : "rateLimited", "\"detail\":\"x\""));

    assertThat(failure().anotherCaMayMend()).isTrue();
    assertThat(request.placed()).contains(noted());
    assertThat(ca.requests()).doesNotContain(NEW_ORDER);
  }

  /** Gateways write problem documents, too. */
  @Test
  void aGatewayThatIsIllShouldNotHaveForgottenTheOrder() {
    request.place(noted());
    ca.on(
        "/order/1",
        problem(503, "x", "\"detail\":\"x\"")
            .withBody("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\"}"));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(url("/order/1") + ": HTTP 503, about:blank: Service Unavailable"));
    assertThat(request.placed()).contains(noted());
  }

  @Test
  void anOrderWhoseFinalizationWasNotTakenShouldBeTakenUpAgain() {
    order("ready");
    ca.on("/order/1", json(200, orderWith("ready")));
    ca.on("/finalize", html(200));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                "order " + url("/order/1") + " is ready as before, although it was finalized"));
    assertThat(request.placed()).contains(noted());
  }

  @Test
  void anOrderWithoutItsCertificateShouldBeAFaultOfTheCa() {
    order("valid");
    ca.on("/order/1", json(200, orderWith("valid")));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                ca.directory() + ": " + url("/order/1") + " is valid and names no certificate"));
    assertThat(request.placed()).contains(noted());
  }

  @Test
  void anOrderThatTheCaHasForgottenShouldBePlacedAgain() {
    request.place(noted());
    ca.on(NEW_ORDER, html(502));
    ca.on("/order/1", problem(404, "malformed", "\"detail\":\"no order\""));

    failure();
    assertThat(request.placed()).isEmpty();
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
  }

  /** It may be a proxy that says so. */
  @Test
  void aPageThatIsNotFoundShouldNotHaveForgottenTheOrder() {
    request.place(noted());
    ca.on("/order/1", html(404));

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(request.placed()).contains(noted());
    assertThat(ca.requests()).doesNotContain(NEW_ORDER);
  }

  @Test
  void anOrderThatAnotherCaHasShouldBePlacedAgain() {
    request.place(url("/order/1") + " at https://other.example/dir");
    ca.on(NEW_ORDER, html(502));

    failure();
    assertThat(request.placed()).isEmpty();
    assertThat(ca.requests()).contains(NEW_ORDER).doesNotContain("/order/1");
  }

  @Test
  void aDirectoryThatHasChangedShouldBeReadAgain() {
    AcmeIssuer issuer = issuer();
    ca.on(NEW_ORDER, html(502));
    assertThat(failure(issuer)).isEqualTo(new Unreachable(url(NEW_ORDER) + ": HTTP 502"));
    ca.on(
        "/dir",
        json(
            200,
            "{\"newNonce\":\"$/nonce\",\"newAccount\":\"$/account\",\"newOrder\":\"$/v2/order\"}"));
    ca.on("/v2/order", html(504));

    assertThat(failure(issuer)).isEqualTo(new Unreachable(url("/v2/order") + ": HTTP 504"));
  }

  private String noted() {
    return url("/order/1") + " at " + ca.directory();
  }
}
