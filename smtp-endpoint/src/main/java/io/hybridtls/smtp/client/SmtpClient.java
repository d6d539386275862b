package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.Consignment;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.MessageCarrier;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.hybridtls.smtp.tls.TlsContexts;
import io.hybridtls.smtp.tls.TlsContexts.ClientTls;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends mail over pooled connections, each with the TLS that its connector demands. Safe for any
 * thread; never blocks.
 */
public final class SmtpClient implements MessageCarrier, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SmtpClient.class);

  /** What every server takes in one transaction (RFC 5321, section 4.5.3.1.8). */
  private static final int MAX_RECIPIENTS = 100;

  private static final int SWEEP_SECONDS = 1;

  private final TlsContexts contexts;
  private final ConnectionOpener opener;
  private final ConnectionPool pool;
  private final ScheduledFuture<?> sweeper;

  /**
   * @param spool where the content of large bodies is read
   * @param workers on which it is read; not an event loop
   */
  public SmtpClient(
      ClientTransport transport,
      TlsContexts contexts,
      PeerVerifier verifier,
      HostResolver resolver,
      MessageSpool spool,
      Executor workers,
      ClientSettings settings) {
    this.contexts = contexts;
    this.opener =
        new ConnectionOpener(
            transport,
            settings,
            resolver,
            new PeerCheck(verifier),
            new ContentSender(spool, workers));
    this.pool = new ConnectionPool(key -> tlsFor(key).isPresent(), this::open, this::submit);
    this.sweeper =
        transport
            .group()
            .scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<Map<Integer, DeliveryOutcome>> carry(Consignment consignment) {
    List<LeasedRecipient> all = consignment.recipients();
    CompletionStage<Map<Integer, DeliveryOutcome>> outcomes = null;
    for (int from = 0; from < all.size(); from += MAX_RECIPIENTS) {
      int to = Math.min(all.size(), from + MAX_RECIPIENTS);
      DeliveryAttempt attempt = new DeliveryAttempt(consignment, all.subList(from, to));
      outcomes =
          outcomes == null
              ? attempt.outcomes()
              : outcomes.thenCombine(attempt.outcomes(), SmtpClient::union);
      submit(attempt);
    }
    return Objects.requireNonNull(outcomes);
  }

  @Override
  public void renewConnections() {
    pool.retireAll();
  }

  /** Closes every connection; messages under way end with a transient failure. */
  @Override
  public void close() {
    sweeper.cancel(false);
    pool.close();
  }

  private void sweep() {
    try {
      pool.sweep();
    } catch (RuntimeException e) {
      LOG.error("the connection pool could not be tidied; trying again", e); // or it never would
    }
  }

  private void submit(DeliveryAttempt attempt) {
    OutboundConnector connector = attempt.connector();
    Optional<ClientTls> tls = contexts.client(connector.certificate());
    if (tls.isEmpty()) {
      attempt.finishAll(unissued(connector));
      return;
    }
    pool.submit(
        new PoolKey(
            attempt.hop(),
            connector.certificate(),
            tls.get().identity(),
            attempt.consignment().requirement(),
            connector.trust()),
        attempt);
  }

  private void open(Lane lane) {
    tlsFor(lane.key()).ifPresentOrElse(tls -> opener.open(lane.key(), tls, lane), lane::outdated);
  }

  /** The context of the identity that {@code key} names, while that is the one to present. */
  private Optional<ClientTls> tlsFor(PoolKey key) {
    return contexts
        .client(key.certificate())
        .filter(current -> current.identity().equals(key.identity()));
  }

  private static DeliveryOutcome unissued(OutboundConnector connector) {
    return DeliveryOutcome.deferred(
        Relay.none(),
        "4.7.5",
        "connector "
            + connector.name()
            + " presents certificate "
            + connector.certificate().map(Object::toString).orElse("none")
            + ", which has not been issued yet");
  }

  private static Map<Integer, DeliveryOutcome> union(
      Map<Integer, DeliveryOutcome> one, Map<Integer, DeliveryOutcome> other) {
    Map<Integer, DeliveryOutcome> all = new HashMap<>(one);
    all.putAll(other);
    return all;
  }
}
