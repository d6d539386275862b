package io.hybridtls.smtp.outbound;

import static io.hybridtls.smtp.outbound.RecordingCarrier.BUSY;
import static io.hybridtls.smtp.outbound.RecordingCarrier.DELIVERED;
import static io.hybridtls.smtp.outbound.TestConnectors.byMx;
import static io.hybridtls.smtp.outbound.TestConnectors.smartHost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.RetrySchedule;
import io.hybridtls.smtp.spool.Settlement;
import io.hybridtls.smtp.testing.InMemorySpool;
import io.hybridtls.smtp.testing.SettableClock;
import io.hybridtls.smtp.testing.TestMail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryPlannerTest {

  private static final int MAX_IN_FLIGHT = 4;

  private final SettableClock clock = new SettableClock();
  private final InMemorySpool spool = new InMemorySpool(clock);
  private final RecordingCarrier carrier = new RecordingCarrier();
  private final DeliveryPlanner planner =
      planner(
          smartHost("fabrikam", "*.fabrikam.example"), byMx("partners", "a.example", "b.example"));

  @AfterEach
  void close() {
    planner.close();
  }

  @Test
  void mailShouldBeDeliveredAndLeaveTheSpool() {
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(spool.settlements())
        .containsExactly(new Settlement.Delivered(0, "mx.example[192.0.2.1]:25", "250 ok"));
    assertThat(carrier.consignments().get(0).hops())
        .containsExactly(NextHop.smtp("fabrikam.example"));
  }

  @Test
  void mailThatWaitedBeforeTheStartShouldBeDelivered() {
    spool.accept(TestMail.to("bob@fabrikam.example"));
    planner.start();

    await().until(() -> spool.statistics().messages() == 0);
  }

  @Test
  void recipientsShouldTravelTogetherWhenTheirRouteIsTheSame() {
    planner.start();
    spool.accept(
        TestMail.to(
            "bob@fabrikam.example", "eve@a.example", "ann@eu.fabrikam.example", "joe@b.example"));

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(carrier.consignments())
        .extracting(c -> c.recipients().stream().map(LeasedRecipient::number).toList())
        .containsExactlyInAnyOrder(List.of(0, 2), List.of(1), List.of(3));
    assertThat(spool.settlements()).hasSize(4);
  }

  @Test
  void domainThatNoConnectorServesShouldBeKeptAndSaid() {
    planner.start();
    spool.accept(TestMail.to("bob@nowhere.example", "ann@fabrikam.example"));

    await().until(() -> spool.settlements().size() == 2);
    assertThat(spool.settlements())
        .filteredOn(settlement -> settlement.recipient() == 0)
        .singleElement()
        .isInstanceOfSatisfying(
            Settlement.Deferred.class,
            deferred ->
                assertThat(deferred.detail())
                    .startsWith("4.4.4 no outbound connector serves nowhere.example"));
    assertThat(spool.statistics().recipients()).isEqualTo(1);
  }

  @Test
  void reconfigurationShouldDeliverWhatWasDeferred() {
    planner.start();
    spool.accept(TestMail.to("bob@nowhere.example"));
    await().until(() -> spool.statistics().deferred() == 1);

    planner.reconfigure(OutboundConnectors.of(List.of(smartHost("anybody", "*"))));

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(carrier.renewals()).isEqualTo(1);
  }

  @Test
  void deliveryUnderWayDuringReconfigurationShouldBeTriedAgainAtOnceWhenItFails() {
    CompletableFuture<Map<Integer, DeliveryOutcome>> first = new CompletableFuture<>();
    carrier.answer(consignment -> first);
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    await().until(() -> carrier.consignments().size() == 1);

    carrier.answerAll(DELIVERED);
    planner.reconfigure(OutboundConnectors.of(List.of(smartHost("anybody", "*"))));
    first.complete(Map.of(0, BUSY));

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(carrier.consignments()).hasSize(2);
  }

  @Test
  void deferredMailShouldBeTriedAgainWhenItIsDue() {
    carrier.answerAll(BUSY);
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    await().until(() -> spool.statistics().deferred() == 1);

    carrier.answerAll(DELIVERED);
    clock.advance(Duration.ofMinutes(15));
    spool.accept(TestMail.to("ann@fabrikam.example"));

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(carrier.consignments()).hasSize(3);
  }

  @Test
  void shortDeferralShouldWakeThePlannerByItself() {
    carrier.answerAll(BUSY);
    try (DeliveryPlanner impatient = planner(Duration.ofMillis(1), smartHost("anybody", "*"))) {
      impatient.start();
      spool.accept(TestMail.to("bob@fabrikam.example"));
      await().until(() -> spool.statistics().deferred() == 1);

      carrier.answerAll(DELIVERED);
      clock.advance(Duration.ofMillis(1));

      await().until(() -> spool.statistics().messages() == 0);
    }
  }

  @Test
  void messagesInFlightShouldBeBounded() {
    List<CompletableFuture<Map<Integer, DeliveryOutcome>>> pending =
        Collections.synchronizedList(new ArrayList<>());
    carrier.answer(
        consignment -> {
          CompletableFuture<Map<Integer, DeliveryOutcome>> outcome = new CompletableFuture<>();
          pending.add(outcome);
          return outcome;
        });
    for (int i = 0; i < 3 * MAX_IN_FLIGHT; i++) {
      spool.accept(TestMail.to("bob@fabrikam.example"));
    }
    planner.start();

    await().until(() -> pending.size() == MAX_IN_FLIGHT);
    for (int done = 0; done < 3 * MAX_IN_FLIGHT; done++) {
      int next = done;
      await().until(() -> pending.size() > next);
      pending.get(next).complete(Map.of(0, DELIVERED));
    }

    await().until(() -> spool.statistics().messages() == 0);
    assertThat(spool.mostLeased()).isEqualTo(MAX_IN_FLIGHT);
  }

  @Test
  void brokenCarrierShouldDeferAndNotLose() {
    carrier.answer(consignment -> CompletableFuture.failedFuture(new IllegalStateException("bug")));
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    await().until(() -> spool.statistics().deferred() == 1);

    carrier.answer(
        consignment -> {
          throw new IllegalStateException("bug");
        });
    spool.accept(TestMail.to("ann@fabrikam.example"));

    await().until(() -> spool.statistics().deferred() == 2);
  }

  @Test
  void spoolThatCannotBeReadShouldBeAskedAgain() {
    spool.failLeases(1);
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));

    await().until(() -> spool.statistics().messages() == 0);
  }

  @Test
  void settlementThatCannotBeWrittenShouldNotStopTheOthers() {
    spool.failSettlements(1);
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    spool.accept(TestMail.to("ann@fabrikam.example"));

    await().until(() -> spool.statistics().messages() == 0);
  }

  @Test
  void closeShouldWaitForDeliveriesUnderWay() {
    CompletableFuture<Map<Integer, DeliveryOutcome>> outcome = new CompletableFuture<>();
    carrier.answer(consignment -> outcome);
    planner.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    await().until(() -> carrier.consignments().size() == 1);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(planner::close);
    spool.accept(TestMail.to("ann@fabrikam.example"));
    outcome.complete(Map.of(0, DELIVERED));

    await().until(closed::isDone);
    assertThat(spool.statistics().messages()).isLessThanOrEqualTo(1);
    assertThat(spool.settlements())
        .contains(new Settlement.Delivered(0, "mx.example[192.0.2.1]:25", "250 ok"));
  }

  @Test
  void closeShouldAbandonDeliveriesAtItsDeadlineAndKeepTheirMail() {
    carrier.answer(consignment -> new CompletableFuture<>());
    DeliveryPlanner hasty =
        planner(Duration.ofMinutes(15), Duration.ofMillis(50), smartHost("anybody", "*"));
    hasty.start();
    spool.accept(TestMail.to("bob@fabrikam.example"));
    await().until(() -> carrier.consignments().size() == 1);

    hasty.close();

    assertThat(spool.settlements()).isEmpty();
    assertThat(spool.statistics().messages()).isEqualTo(1);
  }

  private DeliveryPlanner planner(OutboundConnector... connectors) {
    return planner(Duration.ofMinutes(15), connectors);
  }

  private DeliveryPlanner planner(Duration interval, OutboundConnector... connectors) {
    return planner(interval, Duration.ofSeconds(10), connectors);
  }

  private DeliveryPlanner planner(
      Duration interval, Duration drain, OutboundConnector... connectors) {
    return new DeliveryPlanner(
        spool,
        carrier,
        domain ->
            CompletableFuture.completedFuture(
                new NextHops.Known(List.of(NextHop.smtp("mx." + domain)))),
        TlsRequirementResolver.ofConnectors(),
        OutboundConnectors.of(List.of(connectors)),
        new DeliverySettings(
            new RetrySchedule(List.of(interval), Duration.ofHours(24)), MAX_IN_FLIGHT, drain),
        clock);
  }
}
