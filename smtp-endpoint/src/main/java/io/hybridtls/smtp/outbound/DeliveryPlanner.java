package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.Settlement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings accepted mail to its next hops: leases what is due, groups recipients by route, hands each
 * group to the carrier, and settles with the spool. Mail that no connector serves is kept until the
 * configuration is corrected.
 *
 * <p>Has one thread of its own, on which the spool is read and outcomes are recorded. The methods
 * are safe for any thread; {@link #close} blocks.
 */
public final class DeliveryPlanner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryPlanner.class);

  private final MessageSpool spool;
  private final MessageCarrier carrier;
  private final NextHopFinder nextHops;
  private final TlsRequirementResolver requirements;
  private final InstantSource clock;
  private final SettlementRules rules;
  private final LeaseLoop loop;
  private volatile OutboundConnectors connectors;

  public DeliveryPlanner(
      MessageSpool spool,
      MessageCarrier carrier,
      MailExchangeLookup exchangers,
      TlsRequirementResolver requirements,
      OutboundConnectors connectors,
      DeliverySettings settings,
      InstantSource clock) {
    this.spool = spool;
    this.carrier = carrier;
    this.nextHops = new NextHopFinder(exchangers);
    this.requirements = requirements;
    this.connectors = connectors;
    this.clock = clock;
    this.rules = new SettlementRules(settings.retries());
    this.loop = new LeaseLoop(spool, settings, clock, this::deliver);
  }

  /** Begins to deliver what the spool holds and what it will take. */
  public void start() {
    loop.start();
  }

  /**
   * Deliveries that begin from now on follow {@code changed}; everything that waits is tried at
   * once, on connections that are opened anew.
   *
   * @return completes when the waiting mail is due
   */
  public CompletionStage<Void> reconfigure(OutboundConnectors changed) {
    connectors = changed;
    carrier.renewConnections();
    return spool.expedite(clock.instant()).thenRun(loop::wake);
  }

  /**
   * Leases no more and waits until the deliveries under way have settled, but no longer than the
   * drain timeout. What has not settled by then stays in the spool.
   */
  @Override
  public void close() {
    loop.close();
  }

  private void deliver(LeasedMessage message) {
    OutboundConnectors current = connectors;
    MessageDelivery delivery = new MessageDelivery(message);
    Map<Route, List<LeasedRecipient>> routes = new LinkedHashMap<>();
    loop.begin(delivery);
    for (LeasedRecipient recipient : message.recipients()) {
      current
          .serving(recipient.address())
          .map(connector -> Route.of(connector, recipient.address()))
          .ifPresentOrElse(
              route -> routes.computeIfAbsent(route, r -> new ArrayList<>(1)).add(recipient),
              () -> settle(delivery, current, recipient, "none", unserved(recipient.address())));
    }
    if (routes.isEmpty()) {
      loop.settle(delivery);
    }
    routes.forEach((route, recipients) -> deliver(delivery, current, route, recipients));
  }

  private void deliver(
      MessageDelivery delivery,
      OutboundConnectors current,
      Route route,
      List<LeasedRecipient> recipients) {
    attempt(delivery.message(), route, recipients)
        .whenCompleteAsync(
            (outcomes, failure) -> {
              for (LeasedRecipient recipient : recipients) {
                DeliveryOutcome outcome = failure == null ? outcomes.get(recipient.number()) : null;
                settle(
                    delivery,
                    current,
                    recipient,
                    route.connector().name(),
                    outcome == null ? broken(delivery.message(), failure) : outcome);
              }
              if (delivery.isComplete()) {
                loop.settle(delivery);
              }
            },
            loop.thread());
  }

  private CompletionStage<Map<Integer, DeliveryOutcome>> attempt(
      LeasedMessage message, Route route, List<LeasedRecipient> recipients) {
    try {
      return nextHops
          .find(route)
          .thenCompose(
              hops ->
                  hops.failure()
                      .map(outcome -> sameForAll(recipients, outcome))
                      .orElseGet(
                          () ->
                              carrier.carry(
                                  new Consignment(
                                      message,
                                      recipients,
                                      route.connector(),
                                      requirements.requirementFor(route),
                                      hops.hosts()))));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void settle(
      MessageDelivery delivery,
      OutboundConnectors current,
      LeasedRecipient recipient,
      String connector,
      DeliveryOutcome outcome) {
    Instant now = clock.instant();
    boolean outdated = current != connectors;
    Settlement settlement = rules.settlement(delivery.message(), recipient, outcome, now, outdated);
    delivery.settle(recipient, connector, outcome.relay(), settlement, now);
  }

  private static CompletionStage<Map<Integer, DeliveryOutcome>> sameForAll(
      List<LeasedRecipient> recipients, DeliveryOutcome outcome) {
    return CompletableFuture.completedFuture(
        recipients.stream()
            .collect(Collectors.toMap(LeasedRecipient::number, recipient -> outcome)));
  }

  /** A gap in the configuration, not a fault of the mail: it is kept (RFC 3463, X.4.4). */
  private static DeliveryOutcome unserved(EmailAddress recipient) {
    return DeliveryOutcome.deferred(
        Relay.none(),
        "4.4.4",
        "no outbound connector serves "
            + recipient.domain()
            + "; add one whose recipient-domains include it, and reload");
  }

  private static DeliveryOutcome broken(LeasedMessage message, @Nullable Throwable failure) {
    LOG.error("{}: the attempt broke off", message.id(), failure);
    return DeliveryOutcome.deferred(
        Relay.none(), "4.3.0", "internal error; the log has it under " + message.id());
  }
}
