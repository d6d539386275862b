package io.hybridtls.smtp.endpoint;

import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.smtp.server.SmtpServer;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.MessageSpools;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.spool.SpoolStatistics;
import io.hybridtls.smtp.tls.LiveTlsContexts;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustRootsReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mail in and relays it, with whatever certificates are live. Opened, started, reconfigured
 * and closed by one caller at a time, not on an event loop; {@link #renewTrust} by any.
 */
public final class SmtpEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SmtpEndpoint.class);

  private final LiveTlsContexts contexts;
  private final EndpointParts parts;
  private final LiveTrust trust;
  private final SmtpServer server;
  private volatile EndpointSettings settings;

  private SmtpEndpoint(EndpointSettings settings, LiveTlsContexts contexts, EndpointParts parts) {
    this.settings = settings;
    this.contexts = contexts;
    this.parts = parts;
    this.trust = parts.trust();
    this.server = parts.server();
  }

  /**
   * Opens the spool and prepares everything; takes and sends nothing before {@link #start}.
   *
   * @param roots reads the trust sources that the settings name
   * @throws IOException when a file cannot be used; the message names it and the remedy
   */
  public static SmtpEndpoint open(
      EndpointSettings settings,
      Path spoolDirectory,
      LiveCertificates certificates,
      TrustRootsReader roots,
      InstantSource clock,
      SecureRandom random)
      throws IOException {
    RoomSettings rooms = new RoomSettings(settings);
    MessageSpool spool = openSpool(rooms.spool(spoolDirectory), clock, random);
    try {
      LiveTlsContexts contexts = LiveTlsContexts.follow(certificates, rooms.tls());
      return new SmtpEndpoint(
          settings, contexts, new EndpointParts(settings, roots, contexts, spool, clock, random));
    } catch (SwapRejectedException e) {
      spool.close();
      throw unusable(e);
    }
  }

  /**
   * Reads the trust sources, then listens and delivers from now on.
   *
   * @throws IOException when a file cannot be used or an address cannot be bound; then nothing
   *     listens
   */
  public synchronized void start() throws IOException {
    RoomSettings rooms = new RoomSettings(settings);
    trust.use(trust.read(rooms.trustSources()));
    server.apply(rooms.server(), settings.listeners(), () -> {});
    server
        .addresses()
        .forEach(
            (name, at) -> LOG.info("listener {} on {}:{}", name, at.getHostString(), at.getPort()));
    parts.planner().start();
  }

  /**
   * Goes on with changed settings: open sessions as they began, new ones and all deliveries under
   * the new rules. What waits in the queue is tried at once. Queue limits, body memory, timeouts
   * and the hostname of bounces stay as they were at the start.
   *
   * @throws IOException when a file or an address cannot be used; nothing has changed then
   */
  public synchronized void apply(EndpointSettings changed) throws IOException {
    RoomSettings rooms = new RoomSettings(changed);
    TrustRoots read = trust.read(rooms.trustSources());
    Runnable newContexts;
    try {
      newContexts = contexts.prepare(rooms.tls());
    } catch (SwapRejectedException e) {
      throw unusable(e);
    }
    server.apply(
        rooms.server(),
        changed.listeners(),
        () -> {
          trust.use(read);
          newContexts.run();
        });
    settings = changed;
    renewConnections(rooms);
  }

  /**
   * Goes on with the roots that the private CAs have now, and without what they have revoked. What
   * begins from now on is not resumed from before, and no connection is used again. Safe for any
   * thread but event loops; called when there is news.
   */
  public synchronized void renewTrust() {
    if (!trust.renew()) {
      return;
    }
    RoomSettings rooms = new RoomSettings(settings);
    try {
      contexts.prepare(rooms.tls()).run();
    } catch (SwapRejectedException e) { // who resumes a session is judged again, too
      LOG.warn("session tickets stay as they are: {}", e.getMessage());
    }
    renewConnections(rooms);
  }

  private void renewConnections(RoomSettings rooms) {
    parts
        .planner()
        .reconfigure(rooms.outboundConnectors())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("waiting mail is not tried at once: {}", failure.getMessage());
              }
            });
  }

  /** Where mail is taken, in the order of the settings. */
  public List<BoundListener> listeners() {
    return settings.listeners().stream()
        .flatMap(
            listener ->
                server.address(listener.name()).stream()
                    .map(address -> new BoundListener(listener, address)))
        .toList();
  }

  /**
   * Where to answer clients that connect to {@code address}, as it is configured, and do not come
   * for mail; empty when no listener with implicit TLS is there now.
   */
  public Optional<ProtocolContexts> otherProtocols(InetSocketAddress address) {
    return server.otherProtocols(address);
  }

  /** Sessions open now. */
  public int sessions() {
    return server.sessions();
  }

  /** What waits. Blocks on I/O. */
  public SpoolStatistics queue() throws SpoolException {
    return parts.spool().statistics();
  }

  /**
   * Ends in two phases: nothing new is taken, then what is open has the drain timeout to finish.
   */
  @Override
  public void close() {
    drain();
    parts.close();
  }

  private void drain() {
    try {
      if (!server.drain(settings.drainTimeout())) {
        LOG.warn(
            "{} sessions did not end within {} and are cut off; what they had not been told 250 for"
                + " they will send again",
            server.sessions(),
            settings.drainTimeout());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static MessageSpool openSpool(
      SpoolSettings settings, InstantSource clock, SecureRandom random) throws IOException {
    try {
      return MessageSpools.sqlite(settings, clock, random);
    } catch (SpoolException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static IOException unusable(SwapRejectedException reason) {
    return new IOException(reason.getMessage(), reason);
  }
}
