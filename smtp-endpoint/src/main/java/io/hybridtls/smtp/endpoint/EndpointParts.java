package io.hybridtls.smtp.endpoint;

import io.hybridtls.smtp.client.ClientTransport;
import io.hybridtls.smtp.client.HostResolver;
import io.hybridtls.smtp.client.SmtpClient;
import io.hybridtls.smtp.outbound.DeliveryPlanner;
import io.hybridtls.smtp.outbound.MailExchangeLookup;
import io.hybridtls.smtp.outbound.TlsRequirementResolver;
import io.hybridtls.smtp.server.SmtpServer;
import io.hybridtls.smtp.server.Transport;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.tls.LiveTlsContexts;
import io.hybridtls.smtp.tls.PkixPeerVerifier;
import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustRootsReader;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.lookup.LookupSession;

/**
 * What an endpoint consists of, put together: who listens, who delivers, and what both need. Made
 * of settings that it keeps until the end; what may change is told to the parts themselves.
 */
final class EndpointParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointParts.class);

  private final Workers workers;
  private final Transport transport;
  private final MessageSpool spool;
  private final LiveTrust trust;
  private final SmtpServer server;
  private final SmtpClient client;
  private final DeliveryPlanner planner;

  EndpointParts(
      EndpointSettings settings,
      TrustRootsReader roots,
      LiveTlsContexts contexts,
      MessageSpool spool,
      InstantSource clock,
      SecureRandom random) {
    RoomSettings rooms = new RoomSettings(settings);
    this.spool = spool;
    this.workers = Workers.start();
    this.transport = Transport.open(Runtime.getRuntime().availableProcessors());
    PkixPeerVerifier verifier =
        new PkixPeerVerifier(new TrustRoots(Map.of()), clock, workers.checks());
    this.trust = new LiveTrust(roots, verifier);
    this.server =
        new SmtpServer(
            transport, contexts, verifier, spool, settings.bodyMemory(), workers.disk(), clock);
    this.client =
        new SmtpClient(
            new ClientTransport(transport.eventLoops(), transport.clientChannels()),
            contexts,
            verifier,
            HostResolver.system(workers.names()),
            spool,
            workers.disk(),
            rooms.client());
    this.planner =
        new DeliveryPlanner(
            spool,
            client,
            MailExchangeLookup.dns(
                LookupSession.defaultBuilder().build(), settings.hostname(), random),
            TlsRequirementResolver.ofConnectors(),
            rooms.outboundConnectors(),
            rooms.deliveries(),
            clock);
  }

  LiveTrust trust() {
    return trust;
  }

  MessageSpool spool() {
    return spool;
  }

  SmtpServer server() {
    return server;
  }

  DeliveryPlanner planner() {
    return planner;
  }

  /** Ends at once what is still open. */
  @Override
  public void close() {
    for (AutoCloseable part : List.of(planner, client, transport, workers, spool)) {
      close(part);
    }
  }

  /** What does not close in order must not keep the rest open, the spool least of all. */
  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("{} was not closed in order", part.getClass().getSimpleName(), e);
    }
  }
}
