package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.testing.TestRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A change of the account's key while orders are under way that are signed with the old one. */
@Timeout(60)
class AccountKeyChangeTest extends ScriptedCaCase {

  private static final String KEY_CHANGE = "/key-change";

  private final CountDownLatch proving = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private AcmeIssuer issuer;

  @BeforeEach
  void holdAnOrderUp() {
    issuer = issuer();
    order("pending");
    ca.on("/authz/1", json(200, authorization("pending", "")));
    ca.on(KEY_CHANGE, json(200, "{}"));
    solver.takes(this::prove);
  }

  @Test
  void shouldWaitForTheOrdersUnderWayAndLetThoseThatBeginWaitForIt() throws Exception {
    Thread order = ordering(request);
    proving.await();
    Thread change =
        new Thread(
            () -> {
              try {
                boolean unused = issuer.account().changeKey();
              } catch (IssuanceException e) {
                throw new IllegalStateException(e);
              }
            });
    change.start();
    await().until(() -> change.getState() == Thread.State.TIMED_WAITING);
    Thread next = ordering(TestRequest.of(spec()));
    await().until(() -> next.getState() == Thread.State.WAITING);
    assertThat(ca.requests()).doesNotContain(KEY_CHANGE);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);

    goOn.countDown();
    order.join();
    change.join();
    next.join();
    assertThat(ca.requests().indexOf(KEY_CHANGE))
        .isGreaterThan(ca.requests().lastIndexOf("/authz/1"))
        .isLessThan(ca.requests().lastIndexOf(NEW_ORDER));
  }

  @Test
  void shouldChangeNothingWhenTheyDoNotEndInTime() throws Exception {
    Thread order = ordering(request);
    proving.await();

    assertThat(issuer.account().changeKey(Duration.ZERO)).isFalse();
    assertThat(ca.requests()).doesNotContain(KEY_CHANGE);
    goOn.countDown();
    order.join();
    assertThat(issuer.account().changeKey(Duration.ZERO)).isTrue();
  }

  private void prove() {
    proving.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ca.on(NEW_ORDER, html(502)); // for the next
  }

  /** What becomes of it is of no matter here. */
  private Thread ordering(TestRequest wanted) {
    Thread thread =
        new Thread(
            () ->
                assertThatThrownBy(() -> issuer.issue(wanted, step -> {}))
                    .isInstanceOf(IssuanceException.class));
    thread.start();
    return thread;
  }
}
